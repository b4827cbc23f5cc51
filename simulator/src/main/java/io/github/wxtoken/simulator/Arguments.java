package io.github.wxtoken.simulator;

import java.util.Set;
import java.util.function.Consumer;

/** The parameters of an admin call, from the query and the form together. */
record Arguments(Parameters parameters) {
  static Arguments of(HttpRequest request) {
    return new Arguments(Parameters.parse(request.query() + "&" + request.body()));
  }

  static boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false: " + text);
    };
  }

  boolean has(String name) {
    return !parameters.get(name).isEmpty();
  }

  String get(String name) {
    String value = parameters.get(name);
    if (value.isEmpty()) {
      throw new IllegalArgumentException("missing parameter " + name);
    }
    return value;
  }

  String get(String name, String otherwise) {
    return has(name) ? parameters.get(name) : otherwise;
  }

  void ifPresent(String name, Consumer<String> action) {
    if (has(name)) {
      action.accept(parameters.get(name));
    }
  }

  /** Refuses unknown names: a misspelt switch must not be ignored. */
  void allowOnly(Set<String> names) {
    for (String name : parameters.names()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException("unknown parameter " + name);
      }
    }
  }
}
