package io.github.wxtoken.examples;

/** What no user should meet, in words that the report can count. */
final class Trouble extends Exception {
  Trouble(String message) {
    super(message, null, false, false);
  }
}
