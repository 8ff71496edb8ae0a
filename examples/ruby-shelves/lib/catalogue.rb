require "bigdecimal"

# The books of the library: the index is built once, and asked when it runs.
module Catalogue
  ROOT = File.expand_path("..", __dir__)

  def self.index
    File.readlines(File.join(ROOT, "books.txt"), chomp: true).sort_by { |line| line.split("\t").last }
  end

  def self.before(year)
    books = File.readlines(File.join(ROOT, "index/books.txt"), chomp: true).map { |line| line.split("\t") }
    books.select { |published, _price, _title| published.to_i < year }
  end

  # The titles, and what they cost together, as exact as money has to be.
  def self.bill(year)
    books = before(year)
    total = books.sum(BigDecimal("0")) { |_published, price, _title| BigDecimal(price) }
    "#{books.map(&:last).join(", ")}: #{total.to_s("F")}"
  end
end
