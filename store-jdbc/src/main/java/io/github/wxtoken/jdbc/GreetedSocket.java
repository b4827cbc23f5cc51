package io.github.wxtoken.jdbc;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A socket whose {@code connect} returns when the server has sent its first byte. In the protocol
 * of MySQL and MariaDB the server speaks first.
 *
 * <p>A paused server accepts connections and sends nothing. MySQL then counts each connection that
 * we give up as a connect error of our host, and it blocks the host after 100 of them (error 1129).
 * Therefore the wait for the greeting has a timeout of its own, longer than the driver's.
 */
final class GreetedSocket extends Socket {
  private final Attempt attempt;
  private @Nullable InputStream in;

  GreetedSocket(Attempt attempt) {
    this.attempt = attempt;
  }

  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    super.connect(endpoint, timeout);
    attempt.connected();
    int before = getSoTimeout();
    setSoTimeout(attempt.greetingMillis());
    InputStream raw = super.getInputStream();
    in = new Begun(raw, raw.read());
    setSoTimeout(before);
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return in == null ? super.getInputStream() : in;
  }

  /** A stream whose first byte has already been read. */
  private static final class Begun extends FilterInputStream {
    private static final int TAKEN = -2;

    private int first;

    /**
     * Puts a byte before a stream.
     *
     * @param first the byte, or -1 where the stream has ended
     */
    Begun(InputStream rest, int first) {
      super(rest);
      this.first = first < 0 ? TAKEN : first;
    }

    @Override
    public int read() throws IOException {
      if (first == TAKEN) {
        return in.read();
      }
      int taken = first;
      first = TAKEN;
      return taken;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (first == TAKEN || length == 0) {
        return in.read(bytes, offset, length);
      }
      bytes[offset] = (byte) first;
      first = TAKEN;
      return 1;
    }

    @Override
    public long skip(long count) throws IOException {
      return first == TAKEN || count <= 0 ? in.skip(count) : Math.min(1, read() + 1);
    }

    @Override
    public int available() throws IOException {
      return in.available() + (first == TAKEN ? 0 : 1);
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
