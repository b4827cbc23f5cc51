package io.github.wxtoken.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.TestcontainersConfiguration;

/**
 * Tells whether a container engine answers. Testcontainers can tell, too, but it waits one minute
 * for an unused socket, and tries other places if the engine that {@code DOCKER_HOST} names is
 * down.
 */
public final class Engine {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String HOME = System.getProperty("user.home", "");
  private static final List<Path> USUAL_SOCKETS =
      List.of(
          Path.of("/var/run/docker.sock"),
          Path.of(HOME, ".docker/run/docker.sock"),
          Path.of(HOME, ".docker/desktop/docker.sock"),
          Path.of(System.getenv().getOrDefault("XDG_RUNTIME_DIR", "/run"), "docker.sock"));

  private Engine() {}

  /**
   * Asks the engine that {@code DOCKER_HOST} names, or those at the usual places.
   *
   * @return whether one answers within 10 seconds
   */
  public static boolean answers() {
    String host =
        TestcontainersConfiguration.getInstance().getEnvVarOrUserProperty("docker.host", "");
    return answers(host) && DockerClientFactory.instance().isDockerAvailable();
  }

  /** Asks the engine at this {@code DOCKER_HOST}, or those at the usual places if it is blank. */
  static boolean answers(String host) {
    if (host.isBlank()) {
      // Windows has a named pipe instead, which only Testcontainers can ask.
      return System.getProperty("os.name", "").startsWith("Windows")
          || USUAL_SOCKETS.stream().anyMatch(path -> answers(UnixDomainSocketAddress.of(path)));
    }
    URI uri = URI.create(host);
    return switch (uri.getScheme()) {
      case "unix" -> answers(UnixDomainSocketAddress.of(uri.getPath()));
      case "tcp" -> answers(new InetSocketAddress(uri.getHost(), uri.getPort()));
      default -> true;
    };
  }

  private static boolean answers(SocketAddress address) {
    try (SocketChannel channel =
        address instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open()) {
      // Closing the channel ends a waiting ping. A separate thread: the common pool of a small
      // machine has one thread, which may already be waiting.
      return CompletableFuture.supplyAsync(() -> ping(channel, address), Engine::startThread)
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (IOException | ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void startThread(Runnable task) {
    Thread thread = new Thread(task, "engine-ping");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Any byte is an answer: an engine that requires TLS reports that in plain text, or by an alert.
   */
  private static boolean ping(SocketChannel channel, SocketAddress address) {
    try {
      channel.connect(address);
      channel.write(StandardCharsets.US_ASCII.encode("GET /_ping HTTP/1.0\r\n\r\n"));
      return channel.read(ByteBuffer.allocate(1)) > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
