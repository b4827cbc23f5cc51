package io.github.wxtoken.simulator;

import java.util.List;
import java.util.stream.Stream;

/** A scope as WeChat writes it: names with commas between them. */
record Scope(String text) {
  List<String> parts() {
    return Stream.of(text.split(",", -1)).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  boolean opensProfile() {
    return parts().contains("snsapi_userinfo") || parts().contains("snsapi_login");
  }
}
