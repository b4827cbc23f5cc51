package io.github.wxtoken.boot;

import io.github.wxtoken.boot.WeChatProperties.Store;
import io.github.wxtoken.store.TokenCipher;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundles;

/** Chooses the store by the properties and the beans of the application. */
final class StoreOpener {
  private static final Pattern HAS_SCHEMA = Pattern.compile("jdbc:|mongodb");

  private static final String MODULES =
      "Add io.github.wxtoken:wxtoken-store-jdbc, wxtoken-store-redis or wxtoken-store-mongo for a"
          + " DataSource, a Redis or a MongoDB of the application, or set wxtoken.store.url, such"
          + " as jdbc:mysql://…, rediss://…, mongodb+srv://…, or memory: for one process.";

  private final WeChatProperties properties;
  private final List<StoreBackend> backends;
  private final @Nullable SslBundles bundles;

  StoreOpener(
      WeChatProperties properties, List<StoreBackend> backends, @Nullable SslBundles bundles) {
    this.properties = properties;
    this.backends = backends;
    this.bundles = bundles;
  }

  /**
   * Returns how the store is opened, with its views: for one app of several, and encrypted.
   *
   * @param appid the main app; null where there are only apps by name, whose clients scope records
   *     by themselves
   * @throws WeChatConfigurationException if nothing, or more than one thing, can be opened
   */
  Supplier<TokenStore> opener(@Nullable String appid, @Nullable TokenCipher cipher) {
    Supplier<TokenStore> plain = plain();
    Supplier<TokenStore> scoped =
        appid != null && properties.store().scoped()
            ? () -> TokenStores.openScoped(plain, appid)
            : plain;
    return cipher == null ? scoped : () -> TokenStores.openEncrypted(scoped, cipher);
  }

  private Supplier<TokenStore> plain() {
    Store store = properties.store();
    String url = blankIsNull(store.url());
    String bean = blankIsNull(store.bean());
    if (url != null && bean != null) {
      throw new WeChatConfigurationException(
          "wxtoken.store.url and wxtoken.store.bean are both set",
          "Remove wxtoken.store.bean to open connections by the URL, or wxtoken.store.url to use"
              + " the bean.");
    }
    String bundle = blankIsNull(store.sslBundle());
    if (url != null) {
      String complete = withOptions(url, store);
      return bundle == null || !BundleUrl.isForServer(url)
          ? () -> TokenStores.open(complete)
          : BundleUrl.of(complete, bundle, bundles)::open;
    }
    if (bundle != null) {
      throw new WeChatConfigurationException(
          "wxtoken.store.ssl-bundle is set, and wxtoken.store.url is not",
          "Set wxtoken.store.url; or remove wxtoken.store.ssl-bundle, and set the bundle of the"
              + " bean's own connections, such as spring.data.redis.ssl.bundle.");
    }
    return bean == null ? onlyCandidate() : named(bean);
  }

  /** Redis, files and memory have no schema, and their stores refuse the option. */
  private static String withOptions(String url, Store store) {
    if (!store.createSchema() || !HAS_SCHEMA.matcher(url).lookingAt()) {
      return url;
    }
    return url + (url.contains("?") ? "&" : "?") + "wxtoken.createSchema=true";
  }

  private Supplier<TokenStore> onlyCandidate() {
    List<StoreCandidate> found = candidates();
    if (found.size() == 1) {
      return found.get(0).opener();
    }
    if (!found.isEmpty()) {
      throw new WeChatConfigurationException(
          "tokens can be kept in " + found.size() + " beans: " + names(found),
          "Set wxtoken.store.bean to one of these names, or wxtoken.store.url to a store of its"
              + " own.");
    }
    if (properties.simulator().enabled()) {
      return () -> TokenStores.open("memory:");
    }
    throw new WeChatConfigurationException(
        "there is no token store: wxtoken.store.url is not set, and the application has no bean"
            + " that a store on the class path can use",
        MODULES);
  }

  private Supplier<TokenStore> named(String bean) {
    List<StoreCandidate> found = candidates();
    return found.stream()
        .filter(candidate -> candidate.bean().equals(bean))
        .map(StoreCandidate::opener)
        .findFirst()
        .orElseThrow(
            () ->
                new WeChatConfigurationException(
                    "wxtoken.store.bean names " + bean + ", and tokens cannot be kept there",
                    found.isEmpty()
                        ? MODULES
                        : "Set it to one of the beans that can keep them: " + names(found) + "."));
  }

  private List<StoreCandidate> candidates() {
    return backends.stream()
        .flatMap(backend -> backend.candidates().stream())
        .sorted(Comparator.comparing(StoreCandidate::bean))
        .toList();
  }

  private static String names(List<StoreCandidate> candidates) {
    return candidates.stream().map(StoreCandidate::toString).collect(Collectors.joining(", "));
  }

  private static @Nullable String blankIsNull(@Nullable String value) {
    return value == null || value.isBlank() ? null : value;
  }
}
