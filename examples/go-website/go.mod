module example.com/website

go 1.22

require (
	github.com/go-chi/chi/v5 v5.0.12
	github.com/yuin/goldmark v1.7.1
)
