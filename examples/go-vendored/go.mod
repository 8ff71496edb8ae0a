module example.com/gateway

go 1.22

require (
	example.com/ratelimit v0.0.0
	example.com/tinylog v0.0.0
)

replace (
	example.com/ratelimit => ./lib/ratelimit
	example.com/tinylog => ./lib/tinylog
)
