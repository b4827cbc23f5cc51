package io.github.wxtoken.faults;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Unmistakable secrets, and a search for them in any text: as they are, URL-encoded, in Base64 at
 * each of its three alignments, and in hex. Logs and pages truncate long texts, so any 24
 * consecutive bytes of one of these forms count. Not thread-safe.
 */
final class Canaries {
  /** The kind of a canary. */
  enum Kind {
    ACCESS_TOKEN,
    REFRESH_TOKEN,
    SESSION_KEY,
    APP_SECRET,
    CODE,
    /** The binding of a state. */
    SESSION,
    PASSWORD,
    CIPHER_KEY,
    /** In a record that cannot be read. */
    CORRUPT_RECORD,
    /** Not a secret: if the search finds it, the search would have found the others. */
    OPENID
  }

  /** A kind, of one flow. */
  record Canary(String flow, Kind kind) {}

  /** Sixteen consecutive bytes. */
  private record Piece(long head, long tail) {}

  private static final int PIECE = 2 * Long.BYTES;
  private static final int STEP = Long.BYTES;
  private static final int FILTER_BITS = 22;

  private final Map<Piece, Canary> pieces = new HashMap<>();

  /** Excludes most positions at which no piece ends; this is faster than a look-up. */
  private final BitSet filter = new BitSet(1 << FILTER_BITS);

  /**
   * Adds a secret text.
   *
   * @throws IllegalArgumentException if it has less than 16 bytes, and may occur by chance
   */
  void add(Canary canary, String secret) {
    add(canary, secret.getBytes(StandardCharsets.UTF_8));
    String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
    addForm(canary, encoded);
    addForm(canary, encoded.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d"));
    // Some JSON writers escape the slash.
    addForm(canary, secret.replace("/", "\\/"));
  }

  /**
   * Adds a secret.
   *
   * @throws IllegalArgumentException if it has less than 16 bytes, and may occur by chance
   */
  void add(Canary canary, byte[] secret) {
    addForm(canary, secret);
    for (Base64.Encoder base64 : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
      for (int before = 0; before < 3; before++) {
        addForm(canary, base64(base64, secret, before));
      }
    }
    addForm(canary, HexFormat.of().formatHex(secret));
    addForm(canary, HexFormat.of().withUpperCase().formatHex(secret));
  }

  /** Returns the characters that do not depend on the bytes before and after the secret. */
  private static String base64(Base64.Encoder base64, byte[] secret, int before) {
    byte[] shifted = new byte[before + secret.length];
    System.arraycopy(secret, 0, shifted, before, secret.length);
    return base64.encodeToString(shifted).substring((before * 8 + 5) / 6, shifted.length * 8 / 6);
  }

  private void addForm(Canary canary, String form) {
    addForm(canary, form.getBytes(StandardCharsets.UTF_8));
  }

  private void addForm(Canary canary, byte[] form) {
    if (form.length < PIECE) {
      throw new IllegalArgumentException("a canary must have at least " + PIECE + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.wrap(form);
    for (int start = 0; start + PIECE <= form.length; start += STEP) {
      Piece piece = new Piece(bytes.getLong(start), bytes.getLong(start + Long.BYTES));
      pieces.put(piece, canary);
      filter.set(bit(piece.tail));
    }
  }

  private static int bit(long tail) {
    return (int) ((tail * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - FILTER_BITS));
  }

  /** Returns the canaries in a text, or in the bytes that a dump in it shows. */
  Set<Canary> in(String text) {
    try {
      Set<Canary> found = in(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
      found.addAll(in(new ByteArrayInputStream(HexDump.bytes(text))));
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the canaries in the rest of a stream. */
  Set<Canary> in(InputStream stream) throws IOException {
    Set<Canary> found = new HashSet<>();
    byte[] chunk = new byte[1 << 16];
    long head = 0;
    long tail = 0;
    for (int length = stream.read(chunk); length >= 0; length = stream.read(chunk)) {
      for (int i = 0; i < length; i++) {
        head = head << Byte.SIZE | tail >>> (Long.SIZE - Byte.SIZE);
        tail = tail << Byte.SIZE | (chunk[i] & 0xFF);
        if (filter.get(bit(tail))) {
          Canary canary = pieces.get(new Piece(head, tail));
          if (canary != null) {
            found.add(canary);
          }
        }
      }
    }
    return found;
  }
}
