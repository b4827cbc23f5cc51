package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.ServerFiles;
import io.github.wxtoken.faults.TestServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.containers.GenericContainer;

/** Canaries in PostgreSQL: rows, write-ahead log, and the log of statements with parameters. */
class PostgresqlCanaryTest extends SqlCanaryContract {
  private static final Map<String, String> LOGS =
      Map.of(
          "logging_collector", "on",
          "log_directory", "log",
          "log_statement", "all",
          "log_min_duration_statement", "0");

  private static @Nullable GenericContainer<?> container;
  private static @Nullable EmbeddedPostgres embedded;
  private static @Nullable Path directory;

  @RegisterExtension
  static final TestServer SERVER =
      TestServer.role("postgresql-files")
          .container(() -> container = container(), PostgresqlDatabase::urlOf)
          .embedded(PostgresqlCanaryTest::startEmbedded)
          .version(PostgresqlDatabase::version)
          .build();

  private static GenericContainer<?> container() {
    return PostgresqlDatabase.container(
        LOGS.entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .toArray(String[]::new));
  }

  private static String startEmbedded() throws Exception {
    directory = Files.createTempDirectory("wxtoken-canary").resolve("data");
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder().setDataDirectory(directory).setCleanDataDirectory(false);
    LOGS.forEach(builder::setServerConfig);
    embedded = builder.start();
    return PostgresqlDatabase.url("127.0.0.1", embedded.getPort());
  }

  @Override
  protected String storeUrl(String name, String password) throws Exception {
    String database = PostgresqlDatabase.database(SERVER, name);
    // The server would log the statement that makes a user, password included.
    Servers.execute(
        database,
        "SET log_statement = none; SET log_min_duration_statement = -1",
        "CREATE ROLE " + name + " LOGIN PASSWORD '" + password + "'",
        "GRANT ALL ON SCHEMA public TO " + name,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN RAISE EXCEPTION '%', NEW.access_token; END $$");
    return database
            .replace("user=postgres", "user=" + name)
            .replace("password=postgres", "password=" + password)
        + "&wxtoken.createSchema=true";
  }

  @Override
  String adminUrl(String name) {
    return PostgresqlDatabase.withDatabase(SERVER.url(), "wx_" + name);
  }

  @Override
  String failure() {
    return "EXECUTE FUNCTION refuse()";
  }

  @Override
  String drop(String trigger) {
    return super.drop(trigger) + " ON token";
  }

  @Override
  protected ServerFiles files() throws Exception {
    Servers.execute(SERVER.url(), "CHECKPOINT");
    if (container != null) {
      container.getDockerClient().stopContainerCmd(container.getContainerId()).exec();
      return ServerFiles.of(container, "/var/lib/postgresql/data");
    }
    if (embedded != null && directory != null) {
      embedded.close();
      return ServerFiles.of(directory);
    }
    throw new IllegalStateException("the files of a server that others started cannot be read");
  }

  @Override
  protected Set<String> filesWithTokens() {
    return Set.of("(.*/)?base/\\d+/\\d+", "(.*/)?pg_wal/[0-9A-F]{24}", "(.*/)?log/.*\\.log");
  }

  @Override
  protected Set<String> commandLoggers() {
    return Set.of("org.postgresql.core.v3.QueryExecutorImpl at FINEST");
  }
}
