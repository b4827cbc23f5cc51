package io.github.wxtoken.examples;

/** An error that no user should see, in words that the report can count. */
final class Trouble extends Exception {
  Trouble(String message) {
    super(message, null, false, false);
  }
}
