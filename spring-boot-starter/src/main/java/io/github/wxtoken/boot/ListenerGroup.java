package io.github.wxtoken.boot;

import io.github.wxtoken.WeChatOAuthListener;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Passes each event to several listeners, since a client has one. A proxy also passes events that a
 * later version of the interface adds.
 */
final class ListenerGroup implements InvocationHandler {
  private final List<WeChatOAuthListener> listeners;

  private ListenerGroup(List<WeChatOAuthListener> listeners) {
    this.listeners = listeners;
  }

  static WeChatOAuthListener of(List<WeChatOAuthListener> listeners) {
    return (WeChatOAuthListener)
        Proxy.newProxyInstance(
            WeChatOAuthListener.class.getClassLoader(),
            new Class<?>[] {WeChatOAuthListener.class},
            new ListenerGroup(List.copyOf(listeners)));
  }

  /** Every listener gets the event, also if one before it fails. The client logs the failure. */
  @Override
  public @Nullable Object invoke(Object proxy, Method event, Object @Nullable [] arguments)
      throws Throwable {
    if (event.getDeclaringClass() == Object.class) {
      return event.invoke(this, arguments);
    }
    Throwable failure = null;
    for (WeChatOAuthListener listener : listeners) {
      try {
        event.invoke(listener, arguments);
      } catch (InvocationTargetException e) {
        failure = e.getCause();
      }
    }
    if (failure != null) {
      throw failure;
    }
    return null;
  }
}
