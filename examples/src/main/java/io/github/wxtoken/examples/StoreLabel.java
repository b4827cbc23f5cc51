package io.github.wxtoken.examples;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A store's URL as people may see it: what could be a password is left out. */
final class StoreLabel {
  private static final Pattern PATH = Pattern.compile("((?:memory|file|jdbc:sqlite):[^?]*).*");
  private static final Pattern SERVER =
      Pattern.compile(
          "([a-z0-9:+-]+://)(?:[^@?]*@)?([A-Za-z0-9.,:_\\[\\]-]+(?:/[A-Za-z0-9_.-]*)?)(?:[?#][^@]*)?");

  private StoreLabel() {}

  /** Shows only what certainly is no secret: of a URL that is not plain, the scheme alone. */
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
