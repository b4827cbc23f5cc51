package io.github.wxtoken.simulator;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as it came. Header names are in lower case, repeated headers are joined by commas. */
record HttpRequest(
    String method,
    String path,
    String query,
    String version,
    Map<String, String> headers,
    String body,
    String peer) {

  private static final int MAX_HEAD = 64 * 1024;
  private static final int MAX_BODY = 1024 * 1024;

  /** Signals a malformed request: the connection ends after this status. */
  static final class Malformed extends IOException {
    final int status;

    Malformed(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  /** Null where the client has closed the connection between two requests. */
  static @Nullable HttpRequest read(InputStream in, OutputStream out, String peer)
      throws IOException {
    Lines lines = new Lines(in);
    String start = lines.next();
    if (start == null) {
      return null;
    }
    String[] parts = start.split(" ", -1);
    if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
      throw new Malformed(400, "not a request line");
    }
    Map<String, String> headers = headers(lines);
    if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    String target = originForm(utf8(parts[1]));
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    String query = mark < 0 ? "" : target.substring(mark + 1);
    return new HttpRequest(
        parts[0], path, query, parts[2], headers, body(in, lines, headers), peer);
  }

  /** Header values are bytes; users' names in them are UTF-8. */
  String header(String name) {
    return utf8(headers.getOrDefault(name, ""));
  }

  private static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  boolean keepsAlive() {
    String connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
    return version.equals("HTTP/1.1")
        ? !connection.contains("close")
        : connection.contains("keep-alive");
  }

  /** A client that takes the simulator for its proxy sends {@code GET http://host/path}. */
  private static String originForm(String target) {
    if (target.startsWith("http://") || target.startsWith("https://")) {
      int slash = target.indexOf('/', target.indexOf("://") + 3);
      return slash < 0 ? "/" : target.substring(slash);
    }
    return target;
  }

  private static Map<String, String> headers(Lines lines) throws IOException {
    Map<String, String> headers = new HashMap<>();
    while (true) {
      String line = lines.require();
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new Malformed(400, "not a header");
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.merge(name, line.substring(colon + 1).strip(), (a, b) -> a + ", " + b);
    }
  }

  private static String body(InputStream in, Lines lines, Map<String, String> headers)
      throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return new String(chunked(in, lines), StandardCharsets.UTF_8);
    }
    int length = length(headers.getOrDefault("content-length", "0"), 10);
    return new String(exactly(in, length), StandardCharsets.UTF_8);
  }

  private static byte[] chunked(InputStream in, Lines lines) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = length(lines.require().split(";", 2)[0].strip(), 16);
      if (size == 0) {
        while (!lines.require().isEmpty()) {
          // Trailers mean nothing here.
        }
        return body.toByteArray();
      }
      body.writeBytes(exactly(in, size));
      if (body.size() > MAX_BODY) {
        throw new Malformed(413, "the body is too large");
      }
      lines.require();
    }
  }

  private static int length(String text, int radix) throws Malformed {
    try {
      long length = Long.parseLong(text, radix);
      if (length >= 0 && length <= MAX_BODY) {
        return (int) length;
      }
      throw new Malformed(length < 0 ? 400 : 413, "no acceptable length of a body");
    } catch (NumberFormatException e) {
      throw new Malformed(400, "not a length of a body");
    }
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the request ends in its body");
    }
    return bytes;
  }

  /** Lines of one request's head, bounded together. */
  private static final class Lines {
    private final InputStream in;
    private int left = MAX_HEAD;

    Lines(InputStream in) {
      this.in = in;
    }

    @Nullable String next() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream(128);
      while (true) {
        int b = in.read();
        if (b < 0) {
          return null;
        }
        if (--left < 0) {
          throw new Malformed(431, "the head is too large");
        }
        if (b == '\n') {
          return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
        }
        line.write(b);
      }
    }

    String require() throws IOException {
      String line = next();
      if (line == null) {
        throw new EOFException("the request ends in its head");
      }
      return line;
    }
  }
}
