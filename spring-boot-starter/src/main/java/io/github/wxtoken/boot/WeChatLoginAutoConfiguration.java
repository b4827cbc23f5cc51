package io.github.wxtoken.boot;

import static io.github.wxtoken.boot.security.WeChatLoginConfigurer.wechatLogin;

import io.github.wxtoken.WeChatApps;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.boot.security.WeChatLoginApp;
import io.github.wxtoken.boot.security.WeChatLoginApps;
import io.github.wxtoken.boot.security.WeChatProfiles;
import jakarta.servlet.DispatcherType;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Configures the login for Spring Security: the apps that users can sign in to, and a chain for
 * every page if the application defines none. It comes before the chains of Spring Boot, whose
 * classes moved in version 4.
 */
@AutoConfiguration(
    after = {WeChatAutoConfiguration.class, WeChatAppsAutoConfiguration.class},
    beforeName = {
      "org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration",
      "org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.security.servlet.ManagementWebSecurityAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration"
    })
@ConditionalOnProperty(name = "wxtoken.enabled", matchIfMissing = true)
@ConditionalOnClass({HttpSecurity.class, SecurityFilterChain.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@Conditional(OnWebLogin.class)
public class WeChatLoginAutoConfiguration {

  /** For Spring. */
  public WeChatLoginAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  WeChatLoginApps weChatLoginApps(
      WeChatProperties properties,
      ObjectProvider<WeChatOAuth> main,
      ObjectProvider<NamedApps> named,
      ObjectProvider<WeChatApps> clients) {
    List<WeChatLoginApp> apps = new ArrayList<>();
    if (!properties.miniProgram()) {
      main.ifUnique(
          oauth -> apps.add(new WeChatLoginApp(WeChatLoginApp.MAIN, oauth, properties.website())));
    }
    named.ifAvailable(
        all ->
            all.names().stream()
                .filter(name -> !all.settings(name).credentials().isMiniProgram())
                .map(name -> app(name, all.settings(name), clients.getObject()))
                .forEach(apps::add));
    return new LoginApps(apps);
  }

  private static WeChatLoginApp app(String name, AppSettings settings, WeChatApps clients) {
    return new WeChatLoginApp(name, clients.get(settings.appid()), settings.website());
  }

  @Bean
  @ConditionalOnMissingBean
  WeChatProfiles weChatProfiles(WeChatLoginApps apps) {
    return new WeChatProfiles(apps);
  }

  /** The chain of an application that defines none. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean(SecurityFilterChain.class)
  @ConditionalOnProperty(name = "wxtoken.login.enabled", matchIfMissing = true)
  static class DefaultChain {

    /** Lazy, since nobody needs it where Spring Boot's configuration of security is excluded. */
    @Bean
    @Lazy
    @Order(Ordered.LOWEST_PRECEDENCE - 5) // as that of Spring Boot
    SecurityFilterChain weChatSecurityFilterChain(
        HttpSecurity http, ObjectProvider<ActuatorRules> actuator) throws Exception {
      http.authorizeHttpRequests(
          requests -> {
            actuator.ifAvailable(
                rules ->
                    requests
                        .requestMatchers(rules.health())
                        .permitAll()
                        .requestMatchers(rules.all())
                        .denyAll());
            requests
                .dispatcherTypeMatchers(DispatcherType.ERROR)
                .permitAll()
                .anyRequest()
                .authenticated();
          });
      return http.with(wechatLogin(), Customizer.withDefaults()).build();
    }

    /**
     * Tells Spring Boot that it need not generate a password: nobody signs in by one. A second
     * provider would make Spring Security ignore the application's.
     */
    @Bean
    @ConditionalOnMissingBean({
      AuthenticationProvider.class,
      UserDetailsService.class,
      AuthenticationManager.class
    })
    AuthenticationProvider weChatNoPasswords() {
      return new NoPasswords();
    }
  }

  private static final class NoPasswords implements AuthenticationProvider {
    @Override
    public Authentication authenticate(Authentication authentication) {
      throw new IllegalStateException("there are no passwords");
    }

    @Override
    public boolean supports(Class<?> authentication) {
      return false;
    }
  }

  /**
   * The default chain and Actuator: anyone who uses WeChat can sign in, so only the health is
   * shown.
   */
  record ActuatorRules(RequestMatcher health, RequestMatcher all) {}

  /** Only with Actuator. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(PathMappedEndpoints.class)
  static class Actuator {
    @Bean
    ActuatorRules weChatActuatorRules(ObjectProvider<PathMappedEndpoints> endpoints) {
      return new ActuatorRules(ActuatorPaths.health(endpoints), ActuatorPaths.all(endpoints));
    }
  }
}
