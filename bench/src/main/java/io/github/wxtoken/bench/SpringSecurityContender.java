package io.github.wxtoken.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.github.wxtoken.OAuthToken;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.oauth2.client.JdbcOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;

/**
 * Spring Security's way to store a user's token in a database, set up as in its documentation: its
 * own schema, a pool with Hikari's defaults, the URL unchanged.
 */
final class SpringSecurityContender implements Contender<OAuth2AuthorizedClient> {
  private static final String SCHEMA =
      "org/springframework/security/oauth2/client/oauth2-client-schema.sql";
  private static final ClientRegistration WECHAT =
      ClientRegistration.withRegistrationId("wechat")
          .clientId("wx0123456789abcdef")
          .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
          .redirectUri("{baseUrl}/login/oauth2/code/wechat")
          .authorizationUri("https://open.weixin.qq.com/connect/qrconnect")
          .tokenUri("https://api.weixin.qq.com/sns/oauth2/access_token")
          .build();

  private final HikariDataSource pool;
  private final OAuth2AuthorizedClientService service;

  SpringSecurityContender(HikariDataSource pool) {
    this.pool = pool;
    ResourceDatabasePopulator schema = new ResourceDatabasePopulator(new ClassPathResource(SCHEMA));
    // The script creates the table without checking whether it exists.
    schema.setContinueOnError(true);
    schema.execute(pool);
    service =
        new JdbcOAuth2AuthorizedClientService(
            new JdbcTemplate(pool), new InMemoryClientRegistrationRepository(WECHAT));
  }

  @Override
  public OAuth2AuthorizedClient prepare(OAuthToken token) {
    Instant issued = Instant.ofEpochMilli(token.createAt());
    return new OAuth2AuthorizedClient(
        WECHAT,
        token.openid(),
        new OAuth2AccessToken(
            OAuth2AccessToken.TokenType.BEARER,
            String.valueOf(token.accessToken()),
            issued,
            token.expiresAt(),
            Set.of(String.valueOf(token.scope()))),
        new OAuth2RefreshToken(String.valueOf(token.refreshToken()), issued));
  }

  @Override
  public Object get(String openid) {
    return Objects.requireNonNull(service.loadAuthorizedClient(WECHAT.getRegistrationId(), openid));
  }

  @Override
  public void save(OAuth2AuthorizedClient client) {
    service.saveAuthorizedClient(
        client, new TestingAuthenticationToken(client.getPrincipalName(), null));
  }

  @Override
  public void replace(OAuth2AuthorizedClient expected, OAuth2AuthorizedClient token) {
    throw new UnsupportedOperationException("Spring Security has no compare-and-set");
  }

  @Override
  public void close() {
    pool.close();
  }
}
