package io.github.wxtoken.mongo;

import io.github.wxtoken.faults.MessageRelay;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.bson.BsonArray;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/**
 * Commands on their way to a server, as documents: the messages OP_MSG of MongoDB's wire protocol.
 * The documents that such a message has beside its command become an array in it, where the server
 * takes them, too.
 */
final class Commands implements MessageRelay.Messages {
  private static final int OP_MSG = 2013;
  private static final int HEADER = 16;
  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

  private final UnaryOperator<BsonDocument> rewriter;

  private Commands(UnaryOperator<BsonDocument> rewriter) {
    this.rewriter = rewriter;
  }

  /** Starts a way to a server, and returns its URL. */
  static String relay(String url, UnaryOperator<BsonDocument> rewriter) throws IOException {
    URI server = URI.create(url);
    InetSocketAddress address = new InetSocketAddress(server.getHost(), server.getPort());
    int port = MessageRelay.start(address, new Commands(rewriter));
    return "mongodb://127.0.0.1:" + port + "/?directConnection=true";
  }

  @Override
  public byte[] next(InputStream in) throws IOException {
    byte[] length = read(in, Integer.BYTES);
    byte[] rest = read(in, littleEndian(length).getInt() - Integer.BYTES);
    byte[] message = Arrays.copyOf(length, length.length + rest.length);
    System.arraycopy(rest, 0, message, length.length, rest.length);
    return littleEndian(message).getInt(12) == OP_MSG ? rewritten(message) : message;
  }

  private byte[] rewritten(byte[] message) {
    BsonDocument command = rewriter.apply(command(littleEndian(message)));
    BasicOutputBuffer body = new BasicOutputBuffer();
    CODEC.encode(new BsonBinaryWriter(body), command, EncoderContext.builder().build());
    int length = HEADER + Integer.BYTES + 1 + body.getSize();
    return ByteBuffer.allocate(length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(message, 0, HEADER + Integer.BYTES)
        .putInt(0, length)
        .put((byte) 0)
        .put(body.toByteArray())
        .array();
  }

  private static BsonDocument command(ByteBuffer message) {
    message.position(HEADER + Integer.BYTES);
    BsonDocument command = new BsonDocument();
    while (message.hasRemaining()) {
      if (message.get() == 0) {
        command.putAll(document(message));
      } else {
        int end = message.position() + message.getInt();
        BsonArray documents = new BsonArray();
        command.put(name(message), documents);
        while (message.position() < end) {
          documents.add(document(message));
        }
      }
    }
    return command;
  }

  private static String name(ByteBuffer message) {
    StringBuilder name = new StringBuilder();
    for (byte c = message.get(); c != 0; c = message.get()) {
      name.append((char) c);
    }
    return name.toString();
  }

  private static BsonDocument document(ByteBuffer message) {
    byte[] bytes = new byte[message.getInt(message.position())];
    message.get(bytes);
    return CODEC.decode(
        new BsonBinaryReader(littleEndian(bytes)), DecoderContext.builder().build());
  }

  private static byte[] read(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException();
    }
    return bytes;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
