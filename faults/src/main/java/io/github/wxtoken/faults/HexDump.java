package io.github.wxtoken.faults;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the dumps that drivers log: rows of up to 16 bytes in hex, with or without frames and
 * numbers.
 */
final class HexDump {
  private static final Pattern ROW =
      Pattern.compile(
          "(?m)^[| ]*(?:[0-9a-fA-F]{4,8}[|:])? *((?:[0-9a-fA-F]{2}(?: {1,2}|$)){1,16})");

  private HexDump() {}

  /** Returns the bytes of all rows in a text, one after the other. */
  static byte[] bytes(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Matcher rows = ROW.matcher(text); rows.find(); ) {
      bytes.writeBytes(HexFormat.of().parseHex(rows.group(1).replace(" ", "")));
    }
    return bytes.toByteArray();
  }
}
