package io.github.wxtoken.faults;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A port of 127.0.0.1 that leads to a server. The relay reads each message of a client whole and
 * may change it. The server's answers pass unchanged. The port is open until the JVM exits.
 */
public final class MessageRelay {
  private final InetSocketAddress server;
  private final Messages messages;
  private final ServerSocket listener;

  /** Reads the messages of a protocol. Used by several threads at once. */
  @FunctionalInterface
  public interface Messages {
    /**
     * Reads the next message of a client.
     *
     * @param in the client's stream
     * @return the message to send to the server instead
     * @throws java.io.EOFException if the client has closed the connection
     * @throws IOException if the connection fails, which ends it
     */
    byte[] next(InputStream in) throws IOException;
  }

  private MessageRelay(InetSocketAddress server, Messages messages) throws IOException {
    this.server = server;
    this.messages = messages;
    this.listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
  }

  /**
   * Begins to listen.
   *
   * @param server the server of the connections
   * @param messages reads and changes the messages
   * @return the port to connect to
   * @throws IOException if there is no port
   */
  public static int start(InetSocketAddress server, Messages messages) throws IOException {
    MessageRelay relay = new MessageRelay(server, messages);
    relay.run("accept", relay.listener, relay::accept);
    return relay.listener.getLocalPort();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      Socket upstream = new Socket(server.getAddress(), server.getPort());
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      run("there", upstream, () -> send(client, upstream));
      run("back", client, () -> upstream.getInputStream().transferTo(client.getOutputStream()));
    }
  }

  private void send(Socket client, Socket upstream) throws IOException {
    InputStream in = new BufferedInputStream(client.getInputStream());
    while (true) {
      upstream.getOutputStream().write(messages.next(in));
    }
  }

  private interface Task {
    void run() throws IOException;
  }

  /** Runs a task on a separate thread, and then closes the stream to which it wrote. */
  private void run(String name, Closeable end, Task task) {
    Thread thread =
        new Thread(
            () -> {
              try (end) {
                task.run();
              } catch (IOException e) {
                // One side has closed the connection, so the other is closed, too.
              }
            },
            "relay-" + name);
    thread.setDaemon(true);
    thread.start();
  }
}
