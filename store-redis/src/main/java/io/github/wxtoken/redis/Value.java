package io.github.wxtoken.redis;

import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.codec.ToByteBufEncoder;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A value of Redis. Its {@code toString()} does not show the content, because Lettuce logs what
 * commands return. Callers use it as text and Lettuce as bytes, so that Lettuce's one thread for
 * all callers has nothing to encode.
 */
final class Value {
  /** Our keys are ASCII. A key that is not ASCII belongs to another application. */
  static final RedisCodec<String, Value> CODEC = new Codec();

  private static final char REPLACEMENT = '\uFFFD';

  private final byte[] bytes;

  Value(String text) {
    this(text.getBytes(StandardCharsets.UTF_8));
  }

  private Value(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns the length in bytes. */
  int length() {
    return bytes.length;
  }

  /** Returns the text, or null if the bytes are not UTF-8. */
  @Nullable String text() {
    String text = new String(bytes, StandardCharsets.UTF_8);
    // The character replaces bytes that are not UTF-8, or is part of the text.
    boolean isUtf8 =
        text.indexOf(REPLACEMENT) < 0
            || Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
    return isUtf8 ? text : null;
  }

  private static final class Codec
      implements RedisCodec<String, Value>, ToByteBufEncoder<String, Value> {
    @Override
    public String decodeKey(ByteBuffer bytes) {
      return StringCodec.ASCII.decodeKey(bytes);
    }

    @Override
    public Value decodeValue(ByteBuffer bytes) {
      byte[] value = new byte[bytes.remaining()];
      bytes.get(value);
      return new Value(value);
    }

    @Override
    public ByteBuffer encodeKey(String key) {
      return StringCodec.ASCII.encodeKey(key);
    }

    @Override
    public ByteBuffer encodeValue(Value value) {
      return ByteBuffer.wrap(value.bytes);
    }

    @Override
    public void encodeKey(String key, ByteBuf target) {
      StringCodec.ASCII.encodeKey(key, target);
    }

    @Override
    public void encodeValue(Value value, ByteBuf target) {
      target.writeBytes(value.bytes);
    }

    @Override
    public int estimateSize(Object keyOrValue) {
      return keyOrValue instanceof Value value
          ? value.bytes.length
          : StringCodec.ASCII.estimateSize(keyOrValue);
    }
  }
}
