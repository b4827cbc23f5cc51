package io.github.wxtoken.redis;

import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.codec.ToByteBufEncoder;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A value of Redis as text, which {@code toString()} does not show: Lettuce logs what commands
 * return.
 *
 * @param isUtf8 whether the text is what the bytes were
 */
record Value(String text, boolean isUtf8) {
  /** Keys are ASCII; one of another's that is not is no token's. */
  static final RedisCodec<String, Value> CODEC = new Codec();

  Value(String text) {
    this(text, true);
  }

  @Override
  public String toString() {
    return "Value";
  }

  private static final class Codec
      implements RedisCodec<String, Value>, ToByteBufEncoder<String, Value> {
    private static final char REPLACEMENT = '\uFFFD';

    @Override
    public String decodeKey(ByteBuffer bytes) {
      return StringCodec.ASCII.decodeKey(bytes);
    }

    @Override
    public Value decodeValue(ByteBuffer bytes) {
      String text = StringCodec.UTF8.decodeValue(bytes.duplicate());
      // It stands for bytes that are no UTF-8, or for itself.
      return new Value(
          text, text.indexOf(REPLACEMENT) < 0 || StandardCharsets.UTF_8.encode(text).equals(bytes));
    }

    @Override
    public ByteBuffer encodeKey(String key) {
      return StringCodec.ASCII.encodeKey(key);
    }

    @Override
    public ByteBuffer encodeValue(Value value) {
      return StringCodec.UTF8.encodeValue(value.text());
    }

    @Override
    public void encodeKey(String key, ByteBuf target) {
      StringCodec.ASCII.encodeKey(key, target);
    }

    @Override
    public void encodeValue(Value value, ByteBuf target) {
      StringCodec.UTF8.encodeValue(value.text(), target);
    }

    @Override
    public int estimateSize(Object keyOrValue) {
      return StringCodec.UTF8.estimateSize(
          keyOrValue instanceof Value value ? value.text() : keyOrValue);
    }
  }
}
