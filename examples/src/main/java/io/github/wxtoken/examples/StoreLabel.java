package io.github.wxtoken.examples;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A store's URL for output: without any part that could be a password. */
final class StoreLabel {
  private static final Pattern PATH = Pattern.compile("((?:memory|file|jdbc:sqlite):[^?]*).*");
  private static final Pattern SERVER =
      Pattern.compile(
          "([a-z0-9:+-]+://)(?:[^@?]*@)?([A-Za-z0-9.,:_\\[\\]-]+(?:/[A-Za-z0-9_.-]*)?)(?:[?#][^@]*)?");

  private StoreLabel() {}

  /** Shows only parts that are certainly no secret: of an unusual URL, the scheme alone. */
  static String of(String url) {
    Matcher path = PATH.matcher(url);
    if (path.matches()) {
      return path.group(1);
    }
    Matcher server = SERVER.matcher(url);
    return server.matches()
        ? server.group(1) + server.group(2)
        : url.substring(0, url.indexOf(':') + 1) + "…";
  }
}
