defmodule Tides.Server do
  @moduledoc "Answers one request after the other: GET /harbour/hours."
  use Task, restart: :permanent

  def start_link(port), do: Task.start_link(__MODULE__, :listen, [port])

  def listen(port) do
    {:ok, socket} = :gen_tcp.listen(port, [:binary, packet: :http_bin, active: false, reuseaddr: true])
    accept(socket)
  end

  defp accept(socket) do
    {:ok, client} = :gen_tcp.accept(socket)
    {:ok, {:http_request, _method, {:abs_path, path}, _version}} = :gen_tcp.recv(client, 0)
    skip_headers(client)
    {status, body} = answer(String.split(path, "/", trim: true))
    :ok = :inet.setopts(client, packet: :raw)

    :gen_tcp.send(client, [
      "HTTP/1.1 #{status}\r\ncontent-length: #{byte_size(body)}\r\nconnection: close\r\n\r\n",
      body
    ])

    :gen_tcp.close(client)
    accept(socket)
  end

  defp skip_headers(client) do
    case :gen_tcp.recv(client, 0) do
      {:ok, :http_eoh} -> :ok
      {:ok, _header} -> skip_headers(client)
    end
  end

  defp answer([harbour, hours]) do
    case Tides.height(harbour, String.to_integer(hours)) do
      {:ok, height} -> {"200 OK", "#{height} cm, table #{Tides.sign()}"}
      :error -> {"404 Not Found", "no such harbour"}
    end
  end

  defp answer(_path), do: {"404 Not Found", "no such harbour"}
end
