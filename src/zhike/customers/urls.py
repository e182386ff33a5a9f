"""Addresses of the customers slice."""

from django.urls import path

from zhike.customers.views import archive, bulk, detail, edit, interactions, lists, timeline

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
    path("new/", edit.create, name="create"),
    path("duplicates/", edit.duplicates, name="duplicates"),
    path("pick/", edit.pick, name="pick"),
    path("dates/preview/", archive.date_preview, name="date_preview"),
    path("interactions/new/", interactions.interaction_new, name="interaction_new"),
    path("interactions/<int:pk>/edit/", interactions.interaction_edit, name="interaction_edit"),
    path("interactions/<int:pk>/remove/", interactions.interaction_remove, name="interaction_remove"),
    path("interactions/<int:pk>/kept/", interactions.promise_kept, name="promise_keep"),
    path("<int:pk>/", detail.detail, name="detail"),
    path("<int:pk>/timeline/", timeline.timeline, name="timeline"),
    path("<int:pk>/explain/<str:key>/", detail.explain, name="explain"),
    path("<int:pk>/edit/", edit.edit, name="edit"),
    path("<int:pk>/verify/", edit.verify, name="verify"),
    path("<int:pk>/tags/", edit.tags, name="tags"),
    path("<int:pk>/assign/", edit.assign, name="assign"),
    path("<int:pk>/cell/<str:name>/", bulk.cell, name="cell"),
    path("<int:pk>/cell/<str:name>/value/", bulk.cell_value, name="cell_value"),
    path("<int:pk>/contacts/new/", archive.contact_new, name="contact_new"),
    path("<int:pk>/contacts/<int:contact_id>/", archive.contact_edit, name="contact_edit"),
    path("<int:pk>/contacts/<int:contact_id>/<str:what>/", archive.contact_do, name="contact_do"),
    path("<int:pk>/dates/new/", archive.date_new, name="date_new"),
    path("<int:pk>/dates/<int:date_id>/", archive.date_edit, name="date_edit"),
    path("<int:pk>/dates/<int:date_id>/remove/", archive.date_remove, name="date_remove"),
    path("<int:pk>/relations/new/", archive.relation_new, name="relation_new"),
    path("<int:pk>/relations/<int:relation_id>/remove/", archive.relation_remove, name="relation_remove"),
]
