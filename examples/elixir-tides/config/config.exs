import Config

config :tides, port: 4000
