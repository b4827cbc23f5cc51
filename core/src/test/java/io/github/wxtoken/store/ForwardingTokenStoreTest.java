package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.wxtoken.OAuthToken;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForwardingTokenStoreTest {
  private static final String TOKEN =
      """
      {"access_token":"AT","expires_in":7200,"refresh_token":"RT","openid":"oA",\
      "scope":"snsapi_base","create_at":1538990000000}\
      """;

  /** The methods of a store, except those that ask {@code tokens(Consumer)} by default. */
  static Stream<Method> methods() {
    return Arrays.stream(TokenStore.class.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> !method.isBridge())
        .filter(method -> !method.getName().equals("tokens") || method.getParameterCount() == 1)
        .filter(method -> !method.getName().equals("users"));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void eachCallGoesToTheOtherStoreWithItsArgumentsAndItsResult(Method method)
      throws ReflectiveOperationException {
    List<Method> calls = new ArrayList<>();
    List<@Nullable Object> arguments = new ArrayList<>();
    TokenStore other =
        (TokenStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {TokenStore.class},
                (proxy, called, values) -> {
                  calls.add(called);
                  arguments.addAll(values == null ? List.of() : Arrays.asList(values));
                  return result(called);
                });

    Object[] given = distinctArguments(method);
    Object result = method.invoke(new ForwardingTokenStore(other), given);

    assertThat(calls).extracting(Method::getName).containsExactly(method.getName());
    assertThat(arguments).containsExactly(given);
    assertThat(result).isEqualTo(result(method));
  }

  private static Object[] distinctArguments(Method method) {
    Object[] arguments = new Object[method.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      Class<?> type = method.getParameterTypes()[i];
      if (type == String.class) {
        arguments[i] = "text" + i;
      } else if (type == OAuthToken.class) {
        arguments[i] = OAuthToken.fromJson(TOKEN.replace("AT", "AT" + i));
      } else if (type == Collection.class) {
        arguments[i] = List.of(OAuthToken.fromJson(TOKEN));
      } else if (type == Duration.class) {
        arguments[i] = Duration.ofSeconds(i);
      } else {
        Consumer<CorruptTokenException> nobody = corrupt -> {};
        arguments[i] = nobody;
      }
    }
    return arguments;
  }

  private static @Nullable Object result(Method method) {
    Class<?> type = method.getReturnType();
    if (type == boolean.class) {
      return true;
    }
    if (type == Optional.class) {
      return Optional.empty();
    }
    return type == String.class ? "a description" : null;
  }

  @Test
  void theOtherStoreIsRequired() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ForwardingTokenStore(nothing()))
        .withMessageContaining("store");
  }

  @SuppressWarnings("NullAway")
  private static TokenStore nothing() {
    return null;
  }
}
