package io.github.wxtoken;

import io.github.wxtoken.store.RedactedException;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's clients that requests go through. Each has a thread and a selector of its own, which
 * before JDK 21 only garbage collection ends. So all clients of a process share two.
 *
 * @param pooled sends what may be sent again, over connections that are kept alive
 * @param fresh sends what must be sent once, each request over a connection of its own; the same as
 *     {@code pooled} where the application brings its client
 */
record HttpClients(HttpClient pooled, HttpClient fresh) {
  private static final AtomicReference<@Nullable Shared> SHARED = new AtomicReference<>();

  /** The two clients, and the defaults of the process that they were made with. */
  private record Shared(@Nullable ProxySelector proxies, SSLContext tls, HttpClients clients) {}

  /** Returns the clients for an application that passed its own client. */
  static HttpClients of(HttpClient application) {
    return new HttpClients(application, application);
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
      HttpClients clients = new HttpClients(create(tls), create(tls));
      if (SHARED.compareAndSet(shared, new Shared(proxies, tls, clients))) {
        return clients;
      }
    }
  }

  /** Tells whether no request may leave a connection behind that the next one would take. */
  boolean keepsNothing() {
    return pooled == fresh;
  }

  private static HttpClient create(SSLContext tls) {
    // The client's thread outlives the application that happens to be the first to sign in, and
    // must not keep its classes from being unloaded.
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls).build();
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
