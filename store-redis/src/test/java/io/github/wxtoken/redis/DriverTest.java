package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.store.TokenStores;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.RedisCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonParser;

/** A driver that is missing, too old, or incompatible causes a clear message. */
class DriverTest {
  private static final List<Class<?>> OURS =
      List.of(
          TokenStores.class,
          RedisTokenStore.class,
          LoggerFactory.class,
          JsonParser.class,
          Nullable.class);

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {"6.2.1.RELEASE/1b4c", "6.5.5.RELEASE", "6.5.0.BETA1", "6.0", "5.3.7", "0.9.1"})
  void anOldLettuceIsNamed(String version) {
    assertThatThrownBy(() -> Driver.require(version))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "wxtoken-store-redis needs Lettuce 6.6 or later; the class path has ")
        .hasMessageEndingWith(". Raise the version of io.lettuce:lettuce-core");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"6.6.0.RELEASE/643bd47", "6.8.2.RELEASE", "6.10.0", "7.0.0.RELEASE", "10.0", "x"})
  void aNewLettuceAndOneThatDoesNotSayItsVersionAreTaken(@Nullable String version) {
    assertThatCode(() -> Driver.require(version)).doesNotThrowAnyException();
  }

  @Test
  void theLettuceOfTheseTestsSaysItsVersion() {
    assertThat(Driver.version(getClass().getClassLoader())).matches("[67]\\..*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://127.0.0.1:1",
        "rediss://127.0.0.1:1",
        "redis-cluster://127.0.0.1:1",
        "redis-sentinel://127.0.0.1:1?sentinelMasterId=m"
      })
  void aMissingLettuceIsNamedByEveryUrl(String url) throws Exception {
    assertThat(opened(url, jars(OURS)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "wxtoken-store-redis needs Lettuce, which is missing from the class path. Add"
                + " io.lettuce:lettuce-core 6.6 or later");
  }

  @Test
  void anOldLettuceOnTheClassPathIsNamedBeforeAnythingOfItIsUsed() throws Exception {
    List<URL> jars = jars(OURS);
    jars.add(lettuce("6.2.1.RELEASE/1b4c"));

    assertThat(opened("redis://127.0.0.1:1", jars))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs Lettuce 6.6 or later; the class path has 6.2.1.");
  }

  @Test
  void aMissingNettyIsNamed() throws Exception {
    List<URL> jars = jars(OURS);
    jars.addAll(jars(List.of(RedisClient.class, Mono.class, org.reactivestreams.Publisher.class)));

    assertThat(opened("redis://127.0.0.1:1", jars))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Lettuce cannot be used with the other libraries on the class path")
        .hasMessageContaining("NoClassDefFoundError io/netty/");
  }

  /** Opens a store with only these jars on the class path. Returns the exception. */
  private static @Nullable Throwable opened(String url, List<URL> jars) throws Exception {
    Thread caller = Thread.currentThread();
    ClassLoader before = caller.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      caller.setContextClassLoader(loader);
      Class<?> stores = loader.loadClass(TokenStores.class.getName());
      Throwable thrown =
          catchThrowable(() -> stores.getMethod("open", String.class).invoke(null, url));
      assertThat(thrown).isInstanceOf(InvocationTargetException.class);
      return thrown.getCause();
    } finally {
      caller.setContextClassLoader(before);
    }
  }

  private static List<URL> jars(List<Class<?>> classes) {
    List<URL> jars = new ArrayList<>();
    classes.forEach(type -> jars.add(type.getProtectionDomain().getCodeSource().getLocation()));
    return jars;
  }

  /** A jar that says it is this version of Lettuce, with the one class that is asked for it. */
  private URL lettuce(String version) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
    String entry = RedisCodec.class.getName().replace('.', '/') + ".class";
    Path jar = directory.resolve("lettuce.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest);
        InputStream bytes = RedisCodec.class.getClassLoader().getResourceAsStream(entry)) {
      entries.putNextEntry(new JarEntry(entry));
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      bytes.transferTo(content);
      entries.write(content.toByteArray());
    }
    return jar.toUri().toURL();
  }
}
