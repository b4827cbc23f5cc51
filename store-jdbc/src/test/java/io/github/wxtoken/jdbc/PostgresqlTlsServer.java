package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;

/** PostgreSQL. */
final class PostgresqlTlsServer implements TlsServer {
  private static final String DIRECTORY = "/tls";
  private static final int READABLE = 0644;
  private static final String HBA =
      """
      local all all trust
      hostnossl all tls all reject
      hostssl all tls all scram-sha-256
      host all plain all scram-sha-256
      host all all all trust
      """;

  /** The server refuses a key that others may read, so it gets a copy of its own. */
  private static final String OWN =
      "install -o postgres -m 600 " + DIRECTORY + "/server.key /run/server.key";

  private final TestServer server =
      TestServer.role("postgresql-tls")
          .container(() -> container = container(), PostgresqlDatabase::urlOf)
          .embedded(this::embedded)
          .version(PostgresqlDatabase::version)
          .build();
  private @Nullable GenericContainer<?> container;
  private @Nullable Path directory;

  private static GenericContainer<?> container() {
    return PostgresqlDatabase.container(
            "fsync=off",
            "ssl=on",
            "ssl_cert_file=" + DIRECTORY + "/server.pem",
            "ssl_key_file=/run/server.key",
            "hba_file=" + DIRECTORY + "/pg_hba.conf")
        .withCreateContainerCmdModifier(
            command ->
                command.withEntrypoint(
                    "sh", "-c", OWN + " && exec docker-entrypoint.sh \"$@\"", "start"))
        .withCopyToContainer(
            Transferable.of(TestCertificate.GOOD.chain(), READABLE), DIRECTORY + "/server.pem")
        .withCopyToContainer(
            Transferable.of(TestCertificate.GOOD.key(), READABLE), DIRECTORY + "/server.key")
        .withCopyToContainer(Transferable.of(HBA, READABLE), DIRECTORY + "/pg_hba.conf");
  }

  private String embedded() throws Exception {
    Path files = Files.createTempDirectory("wxtoken-tls");
    Files.setPosixFilePermissions(files, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(files.resolve("pg_hba.conf"), HBA);
    write(files, TestCertificate.GOOD);
    directory = files;
    EmbeddedPostgres started =
        EmbeddedPostgres.builder()
            .setServerConfig("ssl", "on")
            .setServerConfig("ssl_cert_file", files.resolve("server.pem").toString())
            .setServerConfig("ssl_key_file", files.resolve("server.key").toString())
            .setServerConfig("hba_file", files.resolve("pg_hba.conf").toString())
            .start();
    return PostgresqlDatabase.url("127.0.0.1", started.getPort());
  }

  private static void write(Path files, TestCertificate certificate) throws IOException {
    Files.writeString(files.resolve("server.pem"), certificate.chain());
    Path key = Files.writeString(files.resolve("server.key"), certificate.key());
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
  }

  @Override
  public TestServer server() {
    return server;
  }

  @Override
  public InBetween inBetween(@Nullable TestCertificate certificate) throws IOException {
    return new PostgresqlInBetween(address(), certificate);
  }

  @Override
  public void prepare() throws Exception {
    String url = PostgresqlDatabase.database(server, "tls");
    TokenStores.open(url + "&wxtoken.createSchema=true").close();
    for (String user : List.of("tls", "plain")) {
      Servers.execute(
          url,
          "DROP ROLE IF EXISTS " + user,
          "CREATE ROLE " + user + " LOGIN PASSWORD '" + PASSWORD + "'",
          "GRANT ALL ON ALL TABLES IN SCHEMA public TO " + user);
    }
  }

  /** Waits for the server's first connection after it has read the certificate. */
  @Override
  public void present(TestCertificate certificate) throws Exception {
    if (container != null) {
      container.copyFileToContainer(
          Transferable.of(certificate.chain(), READABLE), DIRECTORY + "/server.pem");
      container.copyFileToContainer(
          Transferable.of(certificate.key(), READABLE), DIRECTORY + "/server.key");
      container.execInContainer("sh", "-c", OWN);
    } else if (directory != null) {
      write(directory, certificate);
    }
    String loaded = "SELECT pg_conf_load_time()";
    String before = Servers.query(server.url(), loaded);
    Servers.execute(server.url(), "SELECT pg_reload_conf()");
    ReconnectContract.await(
        () -> {
          try {
            return !Servers.query(server.url(), loaded).equals(before);
          } catch (SQLException e) {
            return false;
          }
        });
  }
}
