package io.github.wxtoken.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.boot.TestApplication.Driver;
import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.faults.TlsRelay;
import io.github.wxtoken.simulator.Consent;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.TokenStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.testcontainers.containers.ContainerState;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** Applications that sign a user in and keep the token in what they have. */
@Tag("faults")
@EnabledIf("io.github.wxtoken.faults.Engine#answers")
class RealStoresTest {
  @RegisterExtension
  static final TestServer MYSQL =
      TestServer.role("mysql")
          .container(
              () ->
                  new GenericContainer<>("mysql:9.7")
                      .withExposedPorts(3306)
                      .withEnv("MYSQL_ROOT_PASSWORD", "test")
                      .withEnv("MYSQL_DATABASE", "app")
                      .waitingFor(new AcceptsLogins(RealStoresTest::mysqlUrl)),
              RealStoresTest::mysqlUrl)
          .version(url -> "MySQL")
          .build();

  @RegisterExtension
  static final TestServer REDIS =
      TestServer.role("redis")
          .container(
              () -> new GenericContainer<>("redis:8").withExposedPorts(6379),
              redis -> "redis://" + redis.getHost() + ":" + redis.getMappedPort(6379))
          .version(url -> "Redis")
          .build();

  @RegisterExtension
  static final TestServer MONGO =
      TestServer.role("mongodb")
          .container(
              () ->
                  new GenericContainer<>("mongo:7.0")
                      .withExposedPorts(27017)
                      .waitingFor(Wait.forLogMessage(".*Waiting for connections.*", 1)),
              mongo -> "mongodb://" + mongo.getHost() + ":" + mongo.getMappedPort(27017) + "/app")
          .version(url -> "MongoDB")
          .build();

  @TempDir private Path directory;

  private static String mysqlUrl(ContainerState mysql) {
    return "jdbc:mysql://"
        + mysql.getHost()
        + ":"
        + mysql.getMappedPort(3306)
        + "/app?user=root&password=test";
  }

  private static ConfigurableApplicationContext start(String... properties) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--server.port=0");
    arguments.add("--wxtoken.simulator.enabled=true");
    arguments.add("--wxtoken.store.create-schema=true");
    arguments.add("--wxtoken.http-timeout=60s");
    arguments.add("--wxtoken.store.timeout=30s"); // a busy machine is no outage
    for (String property : properties) {
      arguments.add("--" + property);
    }
    return SpringApplication.run(TestApplication.class, arguments.toArray(String[]::new));
  }

  /** Signs a user in by the application's web server, and finds the token in its store. */
  private static void assertSignsIn(ConfigurableApplicationContext context, String store) {
    WeChatSimulator weChat = context.getBean(WeChatSimulator.class);
    weChat.behaviour().consent(Consent.AUTO);

    assertThat(new Visitor(TestApplication.port(context), "amy").get("/login").body())
        .startsWith("Hello ");
    TokenStore tokens = context.getBean(TokenStore.class);
    assertThat(tokens.getToken(weChat.openid(WeChatSimulator.APPID, "amy"))).isPresent();
    assertThat(tokens.description()).contains(store);
  }

  @Test
  void theDataSourceOfTheApplicationOnMysql() {
    try (var context =
        start(TestApplication.with(Driver.JDBC), "spring.datasource.url=" + MYSQL.url())) {
      assertSignsIn(context, "MySQL");
    }
  }

  @Test
  void theDataSourceOfTheApplicationOnSqlite() {
    try (var context =
        start(
            TestApplication.with(Driver.JDBC),
            "spring.datasource.url=jdbc:sqlite:" + directory.resolve("app.db"))) {
      assertSignsIn(context, "SQLite");
    }
  }

  @Test
  void theRedisConnectionFactoryOfTheApplication() {
    try (var context =
        start(
            TestApplication.with(Driver.REDIS_CLIENT),
            "spring.data.redis.url=" + REDIS.url() + "/5")) {
      assertSignsIn(context, "Redis");
    }
  }

  @Test
  void theMongoDatabaseFactoryOfTheApplication() {
    try (var context =
        start(
            TestApplication.with(Driver.MONGO_CLIENT),
            "spring.data.mongodb.uri=" + MONGO.url(),
            "spring.mongodb.uri=" + MONGO.url())) {
      assertSignsIn(context, "MongoDB");
    }
  }

  @Test
  void aUrlBesideADataSource() {
    try (var context =
        start(
            TestApplication.with(Driver.JDBC),
            "spring.datasource.url=jdbc:sqlite:" + directory.resolve("app.db"),
            "wxtoken.store.url=" + REDIS.url())) {
      assertSignsIn(context, "Redis");
    }
  }

  @Test
  void oneOfTwoBeansByItsName() {
    try (var context =
        start(
            TestApplication.with(Driver.JDBC, Driver.REDIS_CLIENT),
            "spring.datasource.url=jdbc:sqlite:" + directory.resolve("app.db"),
            "spring.data.redis.url=" + REDIS.url(),
            "wxtoken.store.bean=redisConnectionFactory")) {
      assertSignsIn(context, "Redis");
    }
  }

  /** Spring Data makes another client then. */
  @Test
  void aContextThatIsStoppedAndStartedAgainOpensRedisAgain() {
    try (var context =
        start(TestApplication.with(Driver.REDIS_CLIENT), "spring.data.redis.url=" + REDIS.url())) {
      assertSignsIn(context, "Redis");
      context.stop();
      context.start();

      context.getBean(TokenStore.class).ping();
    }
  }

  /** A server with TLS in front of another one. */
  private static TlsRelay tls(TestServer server, TestCertificate shown) throws IOException {
    URI uri = URI.create(server.url());
    TlsRelay relay = new TlsRelay(InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort()));
    relay.present(shown);
    return relay;
  }

  private static String[] verified(String url, String kind) {
    return new String[] {
      TestApplication.with(),
      "wxtoken.store.url=" + url,
      "wxtoken.store.ssl-bundle=" + kind,
      "spring.ssl.bundle.pem.pem.truststore.certificate=" + TestCertificate.caFile(),
      "spring.ssl.bundle.jks.jks.truststore.location=" + TestCertificate.trustStore(),
      "spring.ssl.bundle.jks.jks.truststore.password=changeit"
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"pem", "jks"})
  void anSslBundleVerifiesTheServerOfARedisUrl(String kind) throws IOException {
    try (TlsRelay relay = tls(REDIS, TestCertificate.GOOD);
        var context = start(verified("rediss://127.0.0.1:" + relay.port() + "/7", kind))) {
      assertSignsIn(context, "with TLS");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pem", "jks"})
  void anSslBundleVerifiesTheServerOfAMongoUrl(String kind) throws IOException {
    try (TlsRelay relay = tls(MONGO, TestCertificate.GOOD);
        var context =
            start(verified("mongodb://127.0.0.1:" + relay.port() + "/app?tls=true", kind))) {
      assertSignsIn(context, "with TLS");
    }
  }

  @Test
  void aServerOfAnotherAuthorityThanTheBundlesIsRefused() throws IOException {
    try (TlsRelay relay = tls(REDIS, TestCertificate.SELF_SIGNED)) {
      assertThatThrownBy(() -> start(verified("rediss://127.0.0.1:" + relay.port(), "pem")))
          .hasStackTraceContaining("its certificate is expired, self-signed");
    }
  }
}
