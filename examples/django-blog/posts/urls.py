from django.urls import path

from . import views

urlpatterns = [
    path("", views.index, name="index"),
    path("posts/<slug:slug>/", views.post, name="post"),
    path("posts/<slug:slug>/card.png", views.card, name="card"),
]
