package io.github.wxtoken.cli;

import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.ForwardingTokenStore;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.StoreFinding;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A sample ends after a thousand records, whether they can be read or not. */
class RecordSampleTest {
  private final AtomicInteger read = new AtomicInteger();

  /** A store of ten thousand records. */
  private StoreFinding sample(boolean readable) {
    ForwardingTokenStore store =
        new ForwardingTokenStore(new MemoryTokenStore()) {
          @Override
          public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
            return IntStream.range(0, 10_000)
                .mapToObj(number -> "o" + number)
                .peek(openid -> read.incrementAndGet())
                .filter(
                    openid -> {
                      if (!readable) {
                        corrupt.accept(
                            new CorruptTokenException(openid, "it is under another key"));
                      }
                      return readable;
                    })
                .map(openid -> token(openid));
          }
        };
    return new RecordSample(store, true).finding();
  }

  @Test
  void ofRecordsThatCanBeRead() {
    StoreFinding finding = sample(true);

    assertThat(finding.severity()).isEqualTo(StoreFinding.Severity.OK);
    assertThat(finding.what()).isEqualTo("the first 1,000 records can be read");
    assertThat(read.get()).isLessThanOrEqualTo(1_001);
  }

  @Test
  void ofRecordsOfWhichNoneCanBeRead() {
    StoreFinding finding = sample(false);

    assertThat(finding.severity()).isEqualTo(StoreFinding.Severity.BROKEN);
    assertThat(finding.what())
        .isEqualTo("of the first 1,000 records 1,000 cannot be read or decrypted");
    assertThat(read.get()).isLessThanOrEqualTo(1_001);
  }
}
