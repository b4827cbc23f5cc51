package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.EncryptedTokenStoreTest;
import io.github.wxtoken.store.TokenStore;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Lazy;

/** A client can be mocked, proxied, and injected lazily. */
class ProxiesTest {
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void everyMethodCanBeOverridden() {
    assertThat(Modifier.isFinal(WeChatOAuth.class.getModifiers())).isFalse();
    assertThat(WeChatOAuth.class.getDeclaredMethods())
        .filteredOn(method -> Modifier.isPublic(method.getModifiers()))
        .extracting(Method::getModifiers)
        .noneMatch(Modifier::isFinal);
  }

  /** By a subclass, see src/test/resources/mockito-extensions: without an agent in the JVM. */
  @Test
  void aTestMocksAClientBySubclass() {
    WeChatOAuth client = mock(WeChatOAuth.class);
    OAuthToken token = EncryptedTokenStoreTest.token("oA");
    when(client.getValidToken("oA")).thenReturn(token);
    when(client.getAuthorizeURL("https://app.example.com/")).thenReturn("https://wechat/");

    Login login = new Login(client);
    assertThat(login.token("oA")).isEqualTo(token);
    assertThat(login.url()).isEqualTo("https://wechat/");
  }

  @Test
  void aTestMocksAStore() {
    TokenStore store = mock(TokenStore.class);
    OAuthToken token =
        EncryptedTokenStoreTest.token("oA").toBuilder()
            .createAt(cluster.weChat.clock().millis())
            .build();
    when(store.getToken("oA")).thenReturn(Optional.of(token));

    assertThat(cluster.process(b -> b.store(store)).getValidToken("oA")).isEqualTo(token);
  }

  @Test
  void aProxyPassesCallsOnToTheClient() {
    WeChatOAuth client = cluster.process();
    ProxyFactory factory = new ProxyFactory(client);
    factory.setProxyTargetClass(true);
    WeChatOAuth proxy = (WeChatOAuth) factory.getProxy();

    OAuthToken token = proxy.getAccessToken(cluster.code("amy"));

    assertThat(AopUtils.isCglibProxy(proxy)).isTrue();
    assertThat(proxy.getUser(token.openid()).openid()).isEqualTo(cluster.openid("amy"));
    assertThat(proxy.getAuthorizeURL("https://app.example.com/"))
        .isEqualTo(client.getAuthorizeURL("https://app.example.com/"));
  }

  /** A bean that has a client without needing it at the start. */
  static final class Login {
    private final WeChatOAuth client;

    Login(@Lazy WeChatOAuth client) {
      this.client = client;
    }

    OAuthToken token(String openid) {
      return client.getValidToken(openid);
    }

    String url() {
      return client.getAuthorizeURL("https://app.example.com/");
    }
  }

  @Test
  void aClientThatIsInjectedLazilyStartsAtTheFirstCallAndIsClosedOnce() {
    try (LogCapture log = LogCapture.of(WeChatOAuth.class)) {
      try (var context = new AnnotationConfigApplicationContext()) {
        context.registerBean(
            WeChatOAuth.class,
            () ->
                WeChatOAuth.builder("wx-lazy", WeChatSimulator.SECRET).store(cluster.store).build(),
            definition -> definition.setLazyInit(true));
        context.registerBean(Login.class);
        context.refresh();
        Login login = context.getBean(Login.class);
        assertThat(log.lines()).noneMatch(line -> line.contains("client of app wx-lazy"));

        assertThat(login.url()).contains("appid=wx-lazy");
        assertThat(login.url()).contains("appid=wx-lazy");
      }

      assertThat(log.lines()).filteredOn(line -> line.contains("client of app wx-lazy")).hasSize(2);
    }
  }
}
