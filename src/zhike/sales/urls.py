"""Addresses of the sales slice."""

from django.urls import path

from zhike.sales import views

app_name = "sales"
urlpatterns = [
    path("", views.order_list, name="list"),
    path("orders/<int:pk>/", views.order_detail, name="detail"),
]
