package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.github.wxtoken.faults.Ladder.Environment;
import io.github.wxtoken.faults.Tally.Counts;
import io.github.wxtoken.faults.Tally.Row;
import io.github.wxtoken.faults.Tally.Server;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.testkit.InnerRun;
import io.github.wxtoken.testkit.TokenStoreContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class TestServerListenerTest {
  private static final AtomicInteger STARTS = new AtomicInteger();
  private static final TestServer FAKE =
      new TestServer(
          new Ladder("fake", null, () -> "fake:" + STARTS.incrementAndGet()),
          url -> "Fake at " + url,
          () -> new Environment(Map.of(), false, () -> false));

  @TempDir Path directory;

  @Test
  void aSuiteThatRunsTheContractHasARow() throws Exception {
    run(ContractSuite.class);

    assertThat(TestServerTable.read(directory))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.module()).isEqualTo("module");
              assertThat(row.suite()).isEqualTo(ContractSuite.class.getName());
              assertThat(row.server()).isEqualTo(Server.NONE);
              assertThat(row.counts().passed()).isGreaterThan(60);
              assertThat(row.counts().failed()).isZero();
              assertThat(row.counts().skipped()).isPositive();
            });
  }

  @Test
  void aSuiteWithAServerSaysWhatItRanAgainstAndHowItWent() throws Exception {
    run(ServerSuite.class);

    assertThat(TestServerTable.read(directory))
        .containsExactly(
            new Row(
                "module",
                ServerSuite.class.getName(),
                new Server("Fake at fake:1", "embedded"),
                new Counts(2, 1, 3)));
  }

  @Test
  void aServerIsStartedOnceForAllSuites() throws Exception {
    run(ServerSuite.class, OtherServerSuite.class);

    assertThat(TestServerTable.read(directory)).hasSize(2);
    assertThat(FAKE.url()).isEqualTo("fake:1");
    assertThat(STARTS).hasValue(1);
  }

  @Test
  void otherSuitesHaveNoRow() throws Exception {
    run(PlainSuite.class);

    assertThat(TestServerTable.read(directory)).isEmpty();
  }

  @Test
  void theRowsOfAnEarlierRunAreGone() throws Exception {
    Files.writeString(directory.resolve("module.tsv"), "module\tOld\tMySQL\tby\t1\t0\t0\n");

    run(PlainSuite.class);

    assertThat(TestServerTable.read(directory)).isEmpty();
  }

  @Test
  void theRowsOfOtherModulesStay() throws Exception {
    Files.writeString(directory.resolve("other.tsv"), "other\tSuite\tMySQL\tby\t1\t0\t0\n");

    run(PlainSuite.class);

    assertThat(TestServerTable.read(directory)).extracting(Row::module).containsExactly("other");
  }

  private void run(Class<?>... suites) {
    InnerRun.execute(new TestServerListener(directory, "module"), Map.of(), suites);
  }

  static class ContractSuite extends TokenStoreContract {
    private final MemoryTokenStore store = new MemoryTokenStore();

    @Override
    protected TokenStore open() {
      return store;
    }
  }

  static class ServerSuite {
    @RegisterExtension static final TestServer server = FAKE;

    @Test
    void passes() {
      assertThat(server.url()).isEqualTo("fake:1");
    }

    @Test
    void fails() {
      fail("on purpose");
    }

    @Test
    void isAborted() {
      abort("on purpose");
    }

    @Nested
    class Inside {
      @Test
      void passes() {
        assertThat(server.url()).isEqualTo("fake:1");
      }
    }

    @Nested
    @Disabled("on purpose")
    class NotRun {
      @Test
      void one() {
        fail("it is disabled");
      }

      @Test
      void two() {
        fail("it is disabled");
      }
    }
  }

  static class OtherServerSuite {
    @RegisterExtension static final TestServer server = FAKE;

    @Test
    void passes() {
      assertThat(server.url()).isEqualTo("fake:1");
    }
  }

  static class PlainSuite {
    @Test
    void passes() {
      assertThat(STARTS.get()).isNotNegative();
    }
  }
}
