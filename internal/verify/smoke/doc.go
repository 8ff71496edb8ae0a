// Package smoke tries images: it runs commands in them, and starts servers and asks them. A test runs on the
// image before a rewrite first; one that fails there already says nothing about the rewrite.
package smoke
