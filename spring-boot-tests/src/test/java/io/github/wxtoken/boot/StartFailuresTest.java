package io.github.wxtoken.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.boot.security.WeChatLoginApp;
import io.github.wxtoken.faults.FreePorts;
import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.jdbc.JdbcTokenStore;
import io.github.wxtoken.mongo.MongoTokenStore;
import io.github.wxtoken.redis.RedisTokenStore;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.sqlite.SQLiteDataSource;

/** The texts that a wrong configuration prints: docs/spring-boot.md#when-the-start-fails. */
class StartFailuresTest {
  private static final String SECRET = "CANARYCANARYCANARY";

  @TempDir private Path directory;

  private final ApplicationContextRunner empty =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  WeChatSimulatorAutoConfiguration.class,
                  WeChatStoreAutoConfiguration.class,
                  WeChatAutoConfiguration.class,
                  WeChatAppsAutoConfiguration.class));

  private final ApplicationContextRunner app =
      empty.withPropertyValues("wxtoken.appid=wx1", "wxtoken.secret=" + SECRET);

  private static void assertPrints(ApplicationContextRunner runner, String... texts) {
    runner.run(
        context ->
            assertThat(StartFailure.of(context.getStartupFailure()))
                .contains(texts)
                .doesNotContain(SECRET, "stack", ".."));
  }

  private DataSource sqlite(String file) {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + directory.resolve(file));
    return source;
  }

  /** A bean that is only a candidate: nothing calls it. */
  private static <T> T unused(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals("toString")) {
                return "unused";
              }
              return method.getReturnType() == int.class ? 0 : null;
            }));
  }

  @Test
  void anAppOfTwoKinds() {
    assertPrints(
        app.withPropertyValues("wxtoken.mini-program=true", "wxtoken.website=true"),
        "wxtoken.mini-program and wxtoken.website are both true",
        "Remove one of the two.");
  }

  @Test
  void anAppWithTheNameOfTheMainOne() {
    WeChatLoginApp main = new WeChatLoginApp("main", new WeChatOAuth("wx1", SECRET), false);

    assertThatThrownBy(() -> new LoginApps(List.of(main, main)))
        .isInstanceOf(WeChatConfigurationException.class)
        .hasMessageContaining("wxtoken.apps.main has the name of the app of wxtoken.appid");
  }

  @Test
  void noAppid() {
    assertPrints(
        empty.withPropertyValues("wxtoken.store.url=memory:"),
        "wxtoken.appid is not set.",
        "wxtoken.simulator.enabled=true");
  }

  @Test
  void aBlankSecret() {
    assertPrints(
        empty.withPropertyValues(
            "wxtoken.appid=wx1", "wxtoken.secret= ", "wxtoken.store.url=memory:"),
        "wxtoken.secret is blank.");
  }

  @Test
  void aSecretThatNothingReplaced() {
    assertPrints(
        empty.withPropertyValues(
            "wxtoken.appid=wx1", "wxtoken.secret=#{secret}", "wxtoken.store.url=memory:"),
        "secret is a placeholder that nothing replaced");
  }

  @Test
  void anAppByNameWithoutASecret() {
    assertPrints(
        empty.withPropertyValues("wxtoken.apps.shop.appid=wx2", "wxtoken.store.url=memory:"),
        "wxtoken.apps.shop.secret is not set.");
  }

  @Test
  void twoAppsWithOneAppid() {
    assertPrints(
        empty.withPropertyValues(
            "wxtoken.apps.a.appid=wx2",
            "wxtoken.apps.a.secret=" + SECRET,
            "wxtoken.apps.b.appid=wx2",
            "wxtoken.apps.b.secret=" + SECRET,
            "wxtoken.store.url=memory:"),
        "is another app's, too: wx2");
  }

  @Test
  void noStore() {
    assertPrints(app, "there is no token store", "wxtoken-store-jdbc", "wxtoken.store.url");
  }

  @Test
  void noStoreModule() {
    assertPrints(
        app.withClassLoader(
                new FilteredClassLoader(
                    JdbcTokenStore.class, RedisTokenStore.class, MongoTokenStore.class))
            .withBean(DataSource.class, () -> sqlite("a.db")),
        "there is no token store",
        "wxtoken-store-jdbc");
  }

  @Test
  void twoStores() {
    assertPrints(
        app.withBean("dataSource", DataSource.class, () -> sqlite("a.db"))
            .withBean("mongo", MongoClient.class, () -> unused(MongoClient.class)),
        "tokens can be kept in 2 beans: dataSource (DataSource), mongo (MongoClient).",
        "wxtoken.store.bean",
        "wxtoken.store.url");
  }

  @Test
  void aBeanThatDoesNotExist() {
    assertPrints(
        app.withBean("dataSource", DataSource.class, () -> sqlite("a.db"))
            .withPropertyValues("wxtoken.store.bean=datasource"),
        "wxtoken.store.bean names datasource",
        "dataSource (DataSource)");
  }

  @Test
  void aUrlAndABean() {
    assertPrints(
        app.withPropertyValues("wxtoken.store.url=memory:", "wxtoken.store.bean=dataSource"),
        "wxtoken.store.url and wxtoken.store.bean are both set");
  }

  private ApplicationContextRunner bundled(String url, String bundle) {
    return app.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
        .withPropertyValues(
            "wxtoken.store.url=" + url,
            "wxtoken.store.ssl-bundle=" + bundle,
            "spring.ssl.bundle.pem.db.truststore.certificate=" + TestCertificate.caFile(),
            "spring.ssl.bundle.pem.empty.options.ciphers=TLS_AES_128_GCM_SHA256");
  }

  @Test
  void anSslBundleThatDoesNotExist() {
    assertPrints(
        bundled("rediss://:" + SECRET + "@cache.example.com", "cache"),
        "wxtoken.store.ssl-bundle names cache, and there is no such bundle.",
        "spring.ssl.bundle.pem.cache.truststore.certificate");
    assertPrints(
        app.withPropertyValues("wxtoken.store.url=rediss://c", "wxtoken.store.ssl-bundle=cache"),
        "wxtoken.store.ssl-bundle names cache, and there is no such bundle.");
  }

  @Test
  void anSslBundleWithoutATrustStore() {
    assertPrints(
        bundled("rediss://:" + SECRET + "@cache.example.com", "empty"),
        "the SSL bundle empty has no certificates to trust");
  }

  @Test
  void anSslBundleForJdbc() {
    assertPrints(
        bundled("jdbc:mysql://db.example.com/app?password=" + SECRET, "db"),
        "wxtoken.store.ssl-bundle is set, and wxtoken.store.url begins with jdbc:",
        "docs/tls.md");
  }

  @Test
  void anSslBundleBesideAFileOfCertificates() {
    assertPrints(
        bundled("rediss://:" + SECRET + "@cache.example.com?wxtoken.caFile=/ca.pem", "db"),
        "wxtoken.store.ssl-bundle is set, and wxtoken.store.url has wxtoken.caFile");
  }

  @Test
  void anSslBundleWithoutAUrl() {
    assertPrints(
        app.withBean("dataSource", DataSource.class, () -> sqlite("a.db"))
            .withPropertyValues("wxtoken.store.ssl-bundle=db"),
        "wxtoken.store.ssl-bundle is set, and wxtoken.store.url is not",
        "spring.data.redis.ssl.bundle");
  }

  @Test
  void anSslBundleForPlaintext() {
    assertPrints(
        bundled("redis://:" + SECRET + "@127.0.0.1", "db"),
        "wxtoken.store.ssl-bundle is set, and wxtoken.store.url is for connections without TLS",
        "Begin the URL with rediss");
  }

  @Test
  void aUrlOfAnUnknownKind() {
    assertPrints(
        app.withPropertyValues("wxtoken.store.url=cassandra://u:" + SECRET + "@db/app"),
        "the token store is configured wrongly: url begins with cassandra:",
        "Correct wxtoken.store.*");
  }

  @Test
  void aMongoClientWithoutADatabase() {
    assertPrints(
        app.withBean("mongo", MongoClient.class, () -> unused(MongoClient.class)),
        "wxtoken.store.mongo.database is not set");
  }

  @Test
  void noTable() {
    assertPrints(
        app.withBean("dataSource", DataSource.class, () -> sqlite("a.db")),
        "the token store cannot be opened:",
        "there is no table",
        "wxtoken.fail-fast=false");
  }

  @Test
  void aDatabaseThatIsDown() {
    assertPrints(
        app.withPropertyValues(
            "wxtoken.store.url=redis://:" + SECRET + "@127.0.0.1:" + FreePorts.one()),
        "the token store cannot be opened:",
        "wxtoken.fail-fast=false");
  }

  @Test
  void aDatabaseThatIsDownWithoutFailFast() {
    app.withPropertyValues(
            "wxtoken.store.url=redis://127.0.0.1:" + FreePorts.one(), "wxtoken.fail-fast=false")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              TokenStore store = context.getBean(TokenStore.class);
              assertThat(store.description()).isEqualTo("a store that is not open yet");
              assertThatThrownBy(store::ping).isInstanceOf(TokenStoreException.class);
            });
  }

  @Test
  void aKeyThatIsTooShort() {
    assertPrints(
        app.withPropertyValues(
            "wxtoken.store.url=memory:",
            "wxtoken.encryption.keys[0].id=a",
            "wxtoken.encryption.keys[0].key=" + SECRET + "AA"),
        "wxtoken.encryption.keys[0] is wrong: key must be 32 bytes",
        "openssl rand -base64 32");
  }

  @Test
  void aKeyThatIsNoBase64() {
    assertPrints(
        app.withPropertyValues(
            "wxtoken.store.url=memory:",
            "wxtoken.encryption.keys[0].id=a",
            "wxtoken.encryption.keys[0].key=" + SECRET + "!"),
        "wxtoken.encryption.keys[0] is wrong: key must be Base64");
  }

  @Test
  void theSimulatorInProduction() {
    for (String profile : new String[] {"prod", "production", "PROD"}) {
      assertPrints(
          empty.withPropertyValues(
              "wxtoken.simulator.enabled=true", "spring.profiles.active=dev," + profile),
          "the profile " + profile + " is active: anybody could sign in as anybody");
    }
  }

  @Test
  void theSimulatorWithoutItsModule() {
    assertPrints(
        empty
            .withClassLoader(new FilteredClassLoader(WeChatSimulator.class))
            .withPropertyValues("wxtoken.simulator.enabled=true"),
        "the simulator is not on the class path",
        "io.github.wxtoken:wxtoken-simulator");
  }

  @Test
  void timesThatDoNotFit() {
    assertPrints(
        app.withPropertyValues("wxtoken.store.url=memory:", "wxtoken.http-timeout=2h"),
        "httpTimeout must be more than zero, at most an hour");
  }
}
