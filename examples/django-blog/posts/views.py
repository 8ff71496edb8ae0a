from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from .cards import draw_card
from .models import Post


def index(request):
    return render(request, "posts/index.html", {"posts": Post.objects.all()})


def post(request, slug):
    return render(request, "posts/post.html", {"post": get_object_or_404(Post, slug=slug)})


def card(request, slug):
    """The picture that other sites show beside a link to the post."""
    png = draw_card(get_object_or_404(Post, slug=slug))
    return HttpResponse(png, content_type="image/png")
