"""Addresses of the customers slice."""

from django.urls import path

from zhike.customers.views import bulk, lists

app_name = "customers"
urlpatterns = [
    path("", lists.customer_list, name="list"),
    path("columns/", lists.set_columns, name="columns"),
    path("filters/", lists.filters, name="filters"),
    path("views/new/", lists.view_new, name="view_new"),
    path("views/<int:pk>/delete/", lists.view_delete, name="view_delete"),
    path("bulk/assign/", bulk.bulk_assign, name="bulk_assign"),
    path("bulk/tags/", bulk.bulk_tags, name="bulk_tags"),
    path("undo/<str:token>/", bulk.undo, name="undo"),
    path("<int:pk>/cell/<str:name>/", bulk.cell, name="cell"),
    path("<int:pk>/cell/<str:name>/value/", bulk.cell_value, name="cell_value"),
]
