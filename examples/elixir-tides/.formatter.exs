[inputs: ["{mix,.formatter}.exs", "{config,lib,harmonics}/**/*.{ex,exs}"], line_length: 110]
