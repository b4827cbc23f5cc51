package io.github.wxtoken.redis;

import io.github.wxtoken.faults.CanaryContract;
import io.github.wxtoken.faults.FreePorts;
import io.github.wxtoken.faults.ServerFiles;
import io.github.wxtoken.faults.TestServer;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.containers.GenericContainer;

class RedisCanaryTest extends CanaryContract {
  /** Compressed, an RDB file would hide what it holds. */
  private static final String[] SETTINGS = {
    "appendonly yes", "rdbcompression no", "loglevel debug", "slowlog-log-slower-than 0"
  };

  private static @Nullable GenericContainer<?> container;
  private static @Nullable Path directory;

  @RegisterExtension
  static final TestServer SERVER =
      TestServer.role("redis-files")
          .container(
              RedisCanaryTest::makeContainer,
              server -> "redis://" + server.getHost() + ":" + server.getMappedPort(6379))
          .embedded(RedisCanaryTest::startEmbedded)
          .version(Servers::version)
          .build();

  private static GenericContainer<?> makeContainer() {
    String command = "redis-server --" + String.join(" --", SETTINGS);
    container =
        new GenericContainer<>(Servers.REDIS_IMAGE)
            .withWorkingDirectory("/data")
            .withCommand(command.split(" ", -1))
            .withExposedPorts(6379);
    return container;
  }

  private static String startEmbedded() throws IOException {
    directory = Files.createTempDirectory("wxtoken-canary");
    int port = Servers.startEmbedded(directory, FreePorts.one(), SETTINGS);
    return "redis://127.0.0.1:" + port;
  }

  @Override
  protected String storeUrl(String name, String password) {
    Servers.raw(SERVER.url())
        .aclSetuser(name, new AclSetuserArgs().on().addPassword(password).allKeys().allCommands());
    return SERVER.url().replace("//", "//" + name + ":" + password + "@")
        + "?wxtoken.prefix="
        + name
        + ":";
  }

  /** Leases still work, so that a token is requested, and then not saved. */
  @Override
  protected void refuseWrites(String name, String openid) {
    setKeys(name, "resetkeys", "~lease:" + name + ":*");
    try {
      setKeys(name, "%R~" + name + ":*");
    } catch (RedisCommandExecutionException e) {
      // The embedded Redis 6 knows no keys that may only be read: it reads none, either.
    }
  }

  @Override
  protected void takeWrites(String name, String openid) {
    setKeys(name, "allkeys");
  }

  /** Lettuce has no method for keys that may only be read. */
  private static void setKeys(String user, String... rules) {
    Servers.raw(SERVER.url())
        .dispatch(
            CommandType.ACL,
            new StatusOutput<>(StringCodec.UTF8),
            new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add(user).addKeys(rules));
  }

  @Override
  protected void plantCorrupt(String name, String openid, String content) {
    Servers.raw(SERVER.url()).set(name + ":" + openid, content);
  }

  @Override
  protected ServerFiles files() {
    Servers.raw(SERVER.url()).save();
    if (container != null) {
      return ServerFiles.of(container, "/data");
    }
    if (directory != null) {
      return ServerFiles.of(directory);
    }
    throw new IllegalStateException("the files of a server that others started cannot be read");
  }

  @Override
  protected Set<String> filesWithTokens() {
    return Set.of(".*\\.aof", ".*\\.rdb");
  }

  @Override
  protected Set<String> commandLoggers() {
    return Set.of(
        "io.lettuce.core.protocol.CommandEncoder at TRACE",
        "io.lettuce.core.protocol.CommandHandler at TRACE");
  }

  @Override
  protected Set<String> passwordLoggers() {
    return Set.of("io.lettuce.core.protocol.CommandEncoder at TRACE");
  }
}
