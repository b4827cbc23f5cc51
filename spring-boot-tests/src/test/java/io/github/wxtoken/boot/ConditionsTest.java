package io.github.wxtoken.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import io.github.wxtoken.AppCredentials;
import io.github.wxtoken.WeChatApp;
import io.github.wxtoken.WeChatApps;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.boot.WeChatLoginAutoConfiguration.ActuatorRules;
import io.github.wxtoken.boot.security.WeChatLoginApps;
import io.github.wxtoken.boot.security.WeChatProfiles;
import io.github.wxtoken.jdbc.JdbcTokenStore;
import io.github.wxtoken.micrometer.WeChatMetrics;
import io.github.wxtoken.mongo.MongoTokenStore;
import io.github.wxtoken.redis.RedisTokenStore;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.mongodb.MongoDatabaseFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.TestingAuthenticationProvider;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;

/**
 * Each condition of an auto-configuration: the classes, beans and properties that it depends on.
 */
class ConditionsTest {
  private static final AutoConfigurations ALL =
      AutoConfigurations.of(
          WeChatSimulatorAutoConfiguration.class,
          WeChatStoreAutoConfiguration.class,
          WeChatMetricsAutoConfiguration.class,
          WeChatAutoConfiguration.class,
          WeChatAppsAutoConfiguration.class,
          WeChatHealthAutoConfiguration.class,
          WeChatInfoAutoConfiguration.class,
          WeChatLoginAutoConfiguration.class);

  private static final String[] APP = {
    "wxtoken.appid=wx1", "wxtoken.secret=s1", "wxtoken.store.url=memory:"
  };

  private static final String HEALTH = "wechatHealthIndicator";
  private static final String INFO = "wechatInfoContributor";
  private static final String CHAIN = "weChatSecurityFilterChain";
  private static final String NO_PASSWORDS = "weChatNoPasswords";

  private final ApplicationContextRunner app =
      new ApplicationContextRunner().withConfiguration(ALL).withPropertyValues(APP);

  private final WebApplicationContextRunner site =
      new WebApplicationContextRunner()
          .withConfiguration(ALL)
          .withUserConfiguration(Security.class)
          .withPropertyValues(APP);

  @Configuration(proxyBeanMethods = false)
  @EnableWebSecurity
  static class Security {}

  static Stream<Arguments> missingClasses() {
    return Stream.of(
        Arguments.of(
            JdbcTokenStore.class, List.of("Lettuce", "SpringDataRedis", "SpringDataMongo")),
        Arguments.of(RedisTokenStore.class, List.of("Jdbc", "SpringDataMongo")),
        Arguments.of(RedisClient.class, List.of("Jdbc", "SpringDataMongo")),
        Arguments.of(LettuceConnectionFactory.class, List.of("Jdbc", "Lettuce", "SpringDataMongo")),
        Arguments.of(MongoTokenStore.class, List.of("Jdbc", "Lettuce", "SpringDataRedis")),
        Arguments.of(MongoClient.class, List.of("Jdbc", "Lettuce", "SpringDataRedis")),
        Arguments.of(
            MongoDatabaseFactory.class, List.of("Jdbc", "Lettuce", "SpringDataRedis", "Mongo")));
  }

  @ParameterizedTest
  @MethodSource("missingClasses")
  void aStoreNeedsItsModuleAndItsDriver(Class<?> missing, List<String> kinds) {
    app.withClassLoader(new FilteredClassLoader(missing))
        .run(
            context -> {
              Set<String> found =
                  context.getBeansOfType(StoreBackend.class).values().stream()
                      .map(backend -> backend.getClass().getSimpleName().replace("Backend", ""))
                      .collect(Collectors.toSet());
              assertThat(found).containsExactlyInAnyOrderElementsOf(kinds);
            });
  }

  @Test
  void anAppClientOfTheApplicationsIsUsed() {
    WeChatApp own = new WeChatOAuth("wxown", "ownsecret").app();

    app.withBean(WeChatApp.class, () -> own)
        .run(context -> assertThat(context.getBean(WeChatApp.class)).isSameAs(own));
  }

  @Test
  void severalClientsOfTheApplicationsAreClosedByItAndHaveNoAppClient() {
    app.withBean("one", WeChatOAuth.class, () -> new WeChatOAuth("wx1", "s1"))
        .withBean("two", WeChatOAuth.class, () -> new WeChatOAuth("wx2", "s2"))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(WeChatApp.class)
                    .doesNotHaveBean(WeChatLifecycle.class));
  }

  @Test
  void severalAppsOfTheApplicationsAreUsed() {
    WeChatApps own = WeChatApps.builder(appid -> AppCredentials.of("s2")).store("memory:").build();

    app.withPropertyValues("wxtoken.apps.shop.appid=wx2", "wxtoken.apps.shop.secret=s2")
        .withBean(WeChatApps.class, () -> own)
        .run(context -> assertThat(context.getBean(WeChatApps.class)).isSameAs(own));
  }

  @Test
  void withoutAppsByNameThereAreNoSeveralApps() {
    app.run(context -> assertThat(context).doesNotHaveBean(WeChatApps.class));
  }

  @Test
  void theHealthIsThereWithActuatorUnlessItIsSwitchedOff() {
    app.run(context -> assertThat(context).hasBean(HEALTH));
    app.withPropertyValues("management.health.wechat.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(HEALTH));
    app.withClassLoader(
            new FilteredClassLoader(
                "org.springframework.boot.actuate", "org.springframework.boot.health"))
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(HEALTH));
  }

  @Test
  void aHealthIndicatorOfTheApplicationsIsUsed() {
    app.withBean(HEALTH, String.class, () -> "own")
        .run(context -> assertThat(context.getBean(HEALTH)).isEqualTo("own"));
  }

  @Test
  void withoutAStoreThereIsNoHealthAndNoInfo() {
    app.withPropertyValues("wxtoken.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(HEALTH)
                    .doesNotHaveBean(INFO)
                    .doesNotHaveBean(WeChatAnswers.class));
  }

  @Test
  void theInfoIsThereWithActuatorUnlessItIsSwitchedOff() {
    app.run(context -> assertThat(context).hasBean(INFO));
    app.withPropertyValues("management.info.wechat.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(INFO));
    app.withClassLoader(new FilteredClassLoader(InfoContributor.class))
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(INFO));
  }

  @Test
  void anInfoContributorOfTheApplicationsIsUsed() {
    app.withBean(
            "own",
            WeChatInfoContributor.class,
            () -> new WeChatInfoContributor(new MemoryTokenStore()))
        .run(context -> assertThat(context).hasBean("own").doesNotHaveBean(INFO));
  }

  @Test
  void metersAreRecordedWhereThereIsARegistry() {
    ApplicationContextRunner measured = app.withBean(MeterRegistry.class, SimpleMeterRegistry::new);

    measured.run(context -> assertThat(context).hasSingleBean(WeChatMetrics.class));
    app.run(context -> assertThat(context).doesNotHaveBean(WeChatMetrics.class));
    measured
        .withPropertyValues("wxtoken.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(WeChatMetrics.class));
    app.withClassLoader(new FilteredClassLoader(MeterRegistry.class))
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(WeChatMetrics.class));
    app.withClassLoader(new FilteredClassLoader(WeChatMetrics.class))
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("weChatMetrics"));
  }

  @Test
  void metersOfTheApplicationsAreUsed() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    WeChatMetrics own = new WeChatMetrics(registry);

    app.withBean(MeterRegistry.class, () -> registry)
        .withBean(WeChatMetrics.class, () -> own)
        .run(context -> assertThat(context.getBean(WeChatMetrics.class)).isSameAs(own));
  }

  @Test
  void theLoginNeedsAWebApplicationWithSpringSecurity() {
    site.run(
        context ->
            assertThat(context)
                .hasSingleBean(WeChatLoginApps.class)
                .hasSingleBean(WeChatProfiles.class)
                .hasBean(CHAIN)
                .hasBean(NO_PASSWORDS));
    app.run(context -> assertThat(context).doesNotHaveBean(WeChatLoginApps.class));
    new WebApplicationContextRunner()
        .withConfiguration(ALL)
        .withPropertyValues(APP)
        .withClassLoader(new FilteredClassLoader(HttpSecurity.class))
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(WeChatProfiles.class));
    site.withPropertyValues("wxtoken.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(WeChatLoginApps.class));
  }

  @Test
  void appsAndProfilesOfTheApplicationsAreUsed() {
    WeChatLoginApps apps = new LoginApps(List.of());
    WeChatProfiles profiles = new WeChatProfiles(apps);

    site.withBean(WeChatLoginApps.class, () -> apps)
        .withBean(WeChatProfiles.class, () -> profiles)
        .run(
            context -> {
              assertThat(context.getBean(WeChatLoginApps.class)).isSameAs(apps);
              assertThat(context.getBean(WeChatProfiles.class)).isSameAs(profiles);
            });
  }

  @Test
  void aChainOfTheApplicationsReplacesTheDefaultOne() {
    site.withBean(
            "own",
            SecurityFilterChain.class,
            () -> new DefaultSecurityFilterChain(AnyRequestMatcher.INSTANCE))
        .run(context -> assertThat(context).doesNotHaveBean(CHAIN).doesNotHaveBean(NO_PASSWORDS));
  }

  @Test
  void withoutTheDefaultLoginThereIsNoChain() {
    site.withPropertyValues("wxtoken.login.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(WeChatLoginApps.class)
                    .doesNotHaveBean(CHAIN)
                    .doesNotHaveBean(NO_PASSWORDS));
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnProvider {
    @Bean
    AuthenticationProvider provider() {
      return new TestingAuthenticationProvider();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnUsers {
    @Bean
    UserDetailsService users() {
      return new InMemoryUserDetailsManager(User.withUsername("u").password("p").build());
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnManager {
    @Bean
    AuthenticationManager manager() {
      return authentication -> authentication;
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {OwnProvider.class, OwnUsers.class, OwnManager.class})
  void passwordsOfTheApplicationsStay(Class<?> own) {
    site.withUserConfiguration(own)
        .run(context -> assertThat(context).hasBean(CHAIN).doesNotHaveBean(NO_PASSWORDS));
  }

  @Test
  void theRulesAboutActuatorNeedIt() {
    site.run(context -> assertThat(context).hasSingleBean(ActuatorRules.class));
    site.withClassLoader(new FilteredClassLoader(PathMappedEndpoints.class))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .hasBean(CHAIN)
                    .doesNotHaveBean(ActuatorRules.class));
  }

  @Test
  void theStoreOfAnApplicationReplacesTheOneOfTheProperties() {
    TokenStore own = new MemoryTokenStore();

    app.withBean("own", TokenStore.class, () -> own)
        .run(
            context -> {
              assertThat(context).hasSingleBean(TokenStore.class);
              assertThat(context).doesNotHaveBean(CandidateBeans.class);
            });
  }
}
