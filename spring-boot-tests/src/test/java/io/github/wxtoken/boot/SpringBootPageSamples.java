package io.github.wxtoken.boot;

import static io.github.wxtoken.boot.security.WeChatLoginConfigurer.wechatLogin;

import io.github.wxtoken.ReauthorizationRequiredException;
import io.github.wxtoken.boot.security.WeChatAuthorities;
import io.github.wxtoken.boot.security.WeChatUser;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import jakarta.servlet.DispatcherType;
import org.springframework.boot.autoconfigure.data.redis.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.security.authentication.DisabledException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** The samples of docs/spring-boot.md. */
final class SpringBootPageSamples {
  private SpringBootPageSamples() {}

  /** An application's own table of users. */
  interface Accounts {
    boolean isLocked(WeChatUser user);

    boolean isAdmin(WeChatUser user);
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnChain {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(
              requests ->
                  requests
                      .dispatcherTypeMatchers(DispatcherType.ERROR)
                      .permitAll()
                      .requestMatchers("/about")
                      .permitAll()
                      .requestMatchers("/admin/**")
                      .hasRole("ADMIN")
                      .anyRequest()
                      .authenticated())
          .with(wechatLogin(), login -> login.defaultSuccessUrl("/home"))
          .build();
    }

    @Bean
    WeChatAuthorities authorities(Accounts accounts) {
      return user -> {
        if (accounts.isLocked(user)) {
          throw new DisabledException("the account is locked");
        }
        return AuthorityUtils.createAuthorityList(
            accounts.isAdmin(user) ? "ROLE_ADMIN" : "ROLE_USER");
      };
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Advice {
    @RestControllerAdvice
    static class Failures {
      @ExceptionHandler(ReauthorizationRequiredException.class)
      void reauthorize(ReauthorizationRequiredException e) {
        throw e;
      }

      @ExceptionHandler(Exception.class)
      ResponseEntity<String> failed(Exception e) {
        return ResponseEntity.internalServerError().body("failed");
      }
    }
  }

  /** Only compiled: the class is in another package in Spring Boot 4. */
  @Configuration(proxyBeanMethods = false)
  static class Lettuce {
    @Bean
    LettuceClientOptionsBuilderCustomizer rejectCommandsWhileDisconnected() {
      return options -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS);
    }
  }
}
