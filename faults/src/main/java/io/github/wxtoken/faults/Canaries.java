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
 * Secrets that can be told from everything else, and a search for them in whatever was written: as
 * they are, URL-encoded, in Base64 at each of its three alignments, and in hex. Logs and pages cut
 * what is long, so any 24 bytes in a row of one of these forms count. Not thread-safe.
 */
final class Canaries {
  /** What a canary is. */
  enum Kind {
    ACCESS_TOKEN,
    REFRESH_TOKEN,
    SESSION_KEY,
    APP_SECRET,
    CODE,
    /** What a state is bound to. */
    SESSION,
    PASSWORD,
    CIPHER_KEY,
    /** In a record that cannot be read. */
    CORRUPT_RECORD,
    /** No secret: where it is found, the search would have found the others. */
    OPENID
  }

  /** A kind, of one flow. */
  record Canary(String flow, Kind kind) {}

  /** Sixteen bytes in a row. */
  private record Piece(long head, long tail) {}

  private static final int PIECE = 2 * Long.BYTES;
  private static final int STEP = Long.BYTES;
  private static final int FILTER_BITS = 22;

  private final Map<Piece, Canary> pieces = new HashMap<>();

  /** Says of most places that no piece ends there, which is quicker than to look for one. */
  private final BitSet filter = new BitSet(1 << FILTER_BITS);

  /**
   * Adds a secret that is text.
   *
   * @throws IllegalArgumentException if it has less than 16 bytes, and may be there by chance
   */
  void add(Canary canary, String secret) {
    add(canary, secret.getBytes(StandardCharsets.UTF_8));
    String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
    addForm(canary, encoded);
    addForm(canary, encoded.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d"));
    // As some write JSON.
    addForm(canary, secret.replace("/", "\\/"));
  }

  /**
   * Adds a secret.
   *
   * @throws IllegalArgumentException if it has less than 16 bytes, and may be there by chance
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

  /** Those characters that do not depend on the bytes before and after the secret. */
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

  /** Returns what is in a text, or in the bytes that a dump in it shows. */
  Set<Canary> in(String text) {
    try {
      Set<Canary> found = in(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
      found.addAll(in(new ByteArrayInputStream(HexDump.bytes(text))));
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what is in the rest of a stream. */
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
