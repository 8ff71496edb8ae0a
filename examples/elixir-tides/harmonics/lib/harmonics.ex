defmodule Harmonics do
  @moduledoc "The height of the water, in centimetres, as a sum of two waves."

  def height(hours, {moon, sun}) do
    round(moon * :math.cos(2 * :math.pi() * hours / 12.42) + sun * :math.cos(2 * :math.pi() * hours / 12))
  end
end
