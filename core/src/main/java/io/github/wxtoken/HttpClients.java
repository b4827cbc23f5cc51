package io.github.wxtoken;

import io.github.wxtoken.store.RedactedException;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's clients that requests go through. Each has a thread and a selector of its own, which
 * before JDK 21 only garbage collection ends. So all clients of a process share two, and two for
 * each proxy that applications pass.
 *
 * @param pooled sends what may be sent again, over connections that are kept alive
 * @param fresh sends what must be sent once, each request over a connection of its own; the same as
 *     {@code pooled} where the application brings its client
 */
record HttpClients(HttpClient pooled, HttpClient fresh) {
  private static final AtomicReference<@Nullable Shared> SHARED = new AtomicReference<>();

  /** By proxy. A process has one or two, whose clients are few. */
  private static final Map<HttpProxy, Shared> THROUGH = new ConcurrentHashMap<>();

  /** The two clients, and the defaults of the process that they were made with. */
  private record Shared(@Nullable ProxySelector proxies, SSLContext tls, HttpClients clients) {}

  /** Returns the clients for an application that passed its own client. */
  static HttpClients of(HttpClient application) {
    return new HttpClients(application, application);
  }

  /**
   * Returns a source that makes the clients when it is first asked. For the first ones of a process
   * the JDK reads all certificates that it trusts, which takes a good part of an application's
   * start.
   */
  static Supplier<HttpClients> atFirstUse(Supplier<HttpClients> source) {
    AtomicReference<@Nullable HttpClients> made = new AtomicReference<>();
    return () -> {
      HttpClients known = made.get();
      if (known == null) {
        known = source.get(); // the same ones for two threads, since a process shares them
        made.set(known);
      }
      return known;
    };
  }

  /** Returns those of the process. An application that has changed a default gets others. */
  static HttpClients shared() {
    ProxySelector proxies = ProxySelector.getDefault();
    SSLContext tls = defaultTls();
    while (true) {
      Shared shared = SHARED.get();
      if (shared != null && shared.proxies() == proxies && shared.tls() == tls) {
        return shared.clients();
      }
      HttpClients clients = new HttpClients(create(tls, null), create(tls, null));
      if (SHARED.compareAndSet(shared, new Shared(proxies, tls, clients))) {
        return clients;
      }
    }
  }

  /** Returns those of the process for a proxy, regardless of the login, which is a header. */
  static HttpClients through(HttpProxy proxy) {
    SSLContext tls = defaultTls();
    return THROUGH
        .compute(
            new HttpProxy(proxy.host(), proxy.port(), null),
            (address, shared) -> {
              if (shared != null && shared.tls() == tls) {
                return shared;
              }
              ProxySelector proxies = address.selector();
              HttpClients clients = new HttpClients(create(tls, proxies), create(tls, proxies));
              return new Shared(proxies, tls, clients);
            })
        .clients();
  }

  /** Tells whether no request may leave a connection behind that the next one would take. */
  boolean keepsNothing() {
    return pooled == fresh;
  }

  /** Creates a client; with null it asks the JVM's default for a proxy. */
  private static HttpClient create(SSLContext tls, @Nullable ProxySelector proxies) {
    // The client's thread outlives the application that happens to be the first to sign in, and
    // must not keep its classes from being unloaded.
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      HttpClient.Builder builder =
          HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls);
      if (proxies != null) {
        builder.proxy(proxies);
      }
      return builder.build();
    } finally {
      thread.setContextClassLoader(loader);
    }
  }

  private static SSLContext defaultTls() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(
          "cannot make Java's default TLS context. Check -Djavax.net.ssl.trustStore and keyStore",
          RedactedException.of(e));
    }
  }
}
