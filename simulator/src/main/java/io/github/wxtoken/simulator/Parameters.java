package io.github.wxtoken.simulator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of a query string or form, in their order. If a name repeats, the first value
 * counts.
 */
final class Parameters {
  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  /** Never fails: a malformed escape stands for itself, as browsers have it. */
  static Parameters parse(String text) {
    Parameters parameters = new Parameters();
    for (String part : text.split("&", -1)) {
      if (!part.isEmpty()) {
        int equals = part.indexOf('=');
        parameters.names.add(decode(equals < 0 ? part : part.substring(0, equals)));
        parameters.values.add(equals < 0 ? "" : decode(part.substring(equals + 1)));
      }
    }
    return parameters;
  }

  /** A missing parameter and an empty one are the same to WeChat. */
  String get(String name) {
    int i = names.indexOf(name);
    return i < 0 ? "" : values.get(i);
  }

  boolean has(String name) {
    return names.contains(name);
  }

  List<String> names() {
    return names;
  }

  /** Never fails, either. */
  static String decode(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    for (int i = 0; i < in.length; i++) {
      int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
      if (in[i] == '%' && high >= 0 && low >= 0) {
        out.write(high * 16 + low);
        i += 2;
      } else {
        out.write(in[i] == '+' ? ' ' : in[i]);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
