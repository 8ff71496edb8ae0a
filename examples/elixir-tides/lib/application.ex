defmodule Tides.Application do
  @moduledoc false
  use Application

  @impl true
  def start(_type, _args) do
    port = Application.fetch_env!(:tides, :port)
    Supervisor.start_link([{Tides.Server, port}], strategy: :one_for_one)
  end
end
