package io.github.wxtoken.redis;

import io.github.wxtoken.faults.MessageRelay;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Commands on their way to a server, as lists of words: RESP's arrays of bulk strings. */
final class Commands implements MessageRelay.Messages {
  /** One character for each byte. */
  private static final Charset BYTES = StandardCharsets.ISO_8859_1;

  private static final String NO_SCRIPT = "0".repeat(40);

  private final UnaryOperator<List<String>> rewriter;

  private Commands(UnaryOperator<List<String>> rewriter) {
    this.rewriter = rewriter;
  }

  /** Starts a way to a server, and returns its URL. */
  static String relay(String url, UnaryOperator<List<String>> rewriter) throws IOException {
    URI server = URI.create(url);
    InetSocketAddress address = new InetSocketAddress(server.getHost(), server.getPort());
    return "redis://127.0.0.1:" + MessageRelay.start(address, new Commands(rewriter));
  }

  @Override
  public byte[] next(InputStream in) throws IOException {
    List<String> command = new ArrayList<>();
    for (int words = length(in, '*'); words > 0; words--) {
      byte[] word = in.readNBytes(length(in, '$'));
      command.add(new String(word, BYTES));
      line(in);
    }
    if (command.get(0).equals("EVALSHA")) {
      // The server does not know it, and the store sends the text of the script after it.
      command.set(1, NO_SCRIPT);
    }
    return bytes(rewriter.apply(List.copyOf(command)));
  }

  private static int length(InputStream in, char type) throws IOException {
    String line = line(in);
    if (line.isEmpty() || line.charAt(0) != type) {
      throw new IOException("not the length that was expected");
    }
    return Integer.parseInt(line.substring(1));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static byte[] bytes(List<String> command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("*" + command.size() + "\r\n").getBytes(BYTES));
    for (String word : command) {
      out.writeBytes(("$" + word.length() + "\r\n" + word + "\r\n").getBytes(BYTES));
    }
    return out.toByteArray();
  }
}
