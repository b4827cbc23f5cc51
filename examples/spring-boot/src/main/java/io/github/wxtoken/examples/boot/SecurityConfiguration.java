package io.github.wxtoken.examples.boot;

import static io.github.wxtoken.boot.security.WeChatLoginConfigurer.wechatLogin;

import io.github.wxtoken.boot.security.WeChatAuthorities;
import java.util.Set;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.ForwardAuthenticationFailureHandler;
import org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/** Decides who may open which page, and what a browser may do with a page. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
  private static final String EVERYBODY = "*";

  /**
   * Everything comes from this site, but for the pictures of users and, in WeChat's browser, the
   * JS-SDK.
   */
  private static final String CONTENT =
      "default-src 'none'; script-src 'self' https://res.wx.qq.com; style-src 'self';"
          + " img-src 'self' https://*.qlogo.cn; connect-src 'self'; form-action 'self';"
          + " base-uri 'none'; frame-ancestors 'none'";

  @Bean
  SecurityFilterChain pages(HttpSecurity http, @Value("${example.operators}") Set<String> operators)
      throws Exception {
    http.authorizeHttpRequests(
        requests -> {
          requests.requestMatchers("/", "/share", "/not-signed-in", "/error").permitAll();
          requests.requestMatchers("/assets/**", "/actuator/health").permitAll();
          var forOperators = requests.requestMatchers("/operators/**", "/demo/**", "/actuator/**");
          if (operators.contains(EVERYBODY)) {
            forOperators.permitAll();
          } else {
            forOperators.hasRole("OPERATOR");
          }
          requests.anyRequest().authenticated();
        });
    // A forward keeps the callback's address, so that a reload can sign in after all.
    http.with(
        wechatLogin(),
        login ->
            login
                .defaultSuccessUrl("/me")
                .failureHandler(new ForwardAuthenticationFailureHandler("/not-signed-in")));
    http.logout(logout -> logout.logoutSuccessUrl("/"));
    http.headers(
        headers -> {
          headers.contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT));
          headers.crossOriginOpenerPolicy(
              policy -> policy.policy(CrossOriginOpenerPolicy.SAME_ORIGIN));
          headers.referrerPolicy(policy -> policy.policy(ReferrerPolicy.SAME_ORIGIN));
        });
    return http.build();
  }

  /** Operators are those whose openids the property names. */
  @Bean
  WeChatAuthorities authorities(@Value("${example.operators}") Set<String> operators) {
    return user ->
        operators.contains(user.openid())
            ? AuthorityUtils.createAuthorityList("ROLE_USER", "ROLE_OPERATOR")
            : WeChatAuthorities.DEFAULT;
  }
}
