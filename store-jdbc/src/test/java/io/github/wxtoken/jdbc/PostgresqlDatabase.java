package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;

/** PostgreSQL: its server, and a database of its own for each suite. */
final class PostgresqlDatabase implements TestDatabase {
  static final String IMAGE = "postgres:18";
  static final int PORT = 5432;
  static final TestServer SERVER =
      TestServer.role("postgresql")
          // No test cuts the power, so no test waits for the disk.
          .container(() -> container("fsync=off"), PostgresqlDatabase::urlOf)
          .embedded(PostgresqlDatabase::startEmbedded)
          .version(PostgresqlDatabase::version)
          .build();

  private static final Pattern URL = Pattern.compile("(jdbc:\\w+://[^/?]*)/?[^?]*(\\?.*)?");
  private static final Pattern INSERT =
      Pattern.compile(
          "(INSERT INTO [^(]+\\((?<columns>[^)]*)\\).*?)( ON CONFLICT .*?)?"
              + "(?<returning> RETURNING .*)?");

  static GenericContainer<?> container(String... settings) {
    return new GenericContainer<>(IMAGE)
        .withEnv("POSTGRES_PASSWORD", "postgres")
        .withCommand(
            Stream.concat(
                    Stream.of("postgres", "-c", "max_connections=300"),
                    Stream.of(settings).flatMap(setting -> Stream.of("-c", setting)))
                .toArray(String[]::new))
        .withExposedPorts(PORT)
        .waitingFor(
            new AnswersQueries(
                "postgresql",
                PORT,
                (host, port) -> url(host, port) + "&connectTimeout=2&socketTimeout=2"));
  }

  static String urlOf(GenericContainer<?> running) {
    return url(running.getHost(), running.getMappedPort(PORT));
  }

  static String url(String host, int port) {
    return "jdbc:postgresql://"
        + host
        + ":"
        + port
        + "/postgres?user=postgres&password=postgres&sslmode=disable";
  }

  private static String startEmbedded() throws Exception {
    return url("127.0.0.1", embedded().getPort());
  }

  /** Starts a server that stops when the JVM exits. It knows no passwords. */
  static EmbeddedPostgres embedded() throws Exception {
    return EmbeddedPostgres.builder()
        .setServerConfig("max_connections", "300")
        .setServerConfig("fsync", "off") // as in the container
        .start();
  }

  static String version(String url) throws SQLException {
    try (Connection connection = Servers.connect(url)) {
      return "PostgreSQL "
          + connection.getMetaData().getDatabaseProductVersion().replaceFirst("[^0-9.].*", "");
    }
  }

  /** Makes an empty database, and returns its URL. */
  static String database(TestServer server, String name) throws SQLException {
    String database = "wx_" + name.toLowerCase(Locale.ROOT);
    Servers.execute(
        server.url(),
        "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)",
        "CREATE DATABASE " + database);
    return withDatabase(server.url(), database);
  }

  /** Returns the URL of a database, to which options can be added by {@code &}. */
  static String withDatabase(String url, String database) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not the URL of a server");
    }
    String options = parts.group(2) == null ? "?tcpKeepAlive=true" : parts.group(2);
    return parts.group(1) + "/" + database + options;
  }

  @Override
  public Dialect dialect() {
    return new PostgresqlDialect();
  }

  @Override
  public String create(String name) throws SQLException {
    return database(SERVER, name);
  }

  /** {@inheritDoc} A table that somebody has brought to PostgreSQL. */
  @Override
  public List<String> readmeTable() {
    return List.of(
        """
        CREATE TABLE token (
          access_token  varchar(200) NOT NULL,
          expires_in    varchar(10)  NOT NULL,
          refresh_token varchar(200) NOT NULL,
          openid        varchar(50)  COLLATE "C" NOT NULL UNIQUE,
          scope         varchar(50)  NOT NULL,
          create_at     varchar(20)  NOT NULL
        )
        """);
  }

  @Override
  public String overwriting(String insert, String key) {
    Matcher parts = INSERT.matcher(insert);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not an INSERT: " + insert);
    }
    return Stream.of(parts.group("columns").split(","))
        .map(String::strip)
        .map(column -> column + " = EXCLUDED." + column)
        .collect(
            Collectors.joining(
                ", ",
                parts.group(1) + " ON CONFLICT (" + key + ") DO UPDATE SET ",
                Objects.requireNonNullElse(parts.group("returning"), "")));
  }

  @Override
  public String replaceOfNode(boolean ours) {
    return TestDatabase.super.replaceOfNode(ours)
        + (ours ? ", unionid = DEFAULT, session_key = DEFAULT, extra = DEFAULT" : "");
  }

  @Override
  public String asFloatingPoint(String column) {
    return "CAST(%s AS double precision) = CAST(? AS double precision)".formatted(column);
  }

  /** {@inheritDoc} As node-postgres does, without a type. */
  @Override
  public void bindText(PreparedStatement statement, int index, String text) throws SQLException {
    statement.setObject(index, text, Types.OTHER);
  }
}
