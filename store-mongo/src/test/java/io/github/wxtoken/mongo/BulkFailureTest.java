package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.MongoWriteConcernException;
import com.mongodb.ServerAddress;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.bulk.WriteConcernError;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which failure of a bulk is a collision, and which ends the operation. */
class BulkFailureTest {
  private static final String SECRET = "87_access";

  @Test
  void collisionsAreNamedByTheirPositions() {
    assertThat(MongoFailure.collisions(failed(null, 11000, 11000))).containsExactly(0, 1);
  }

  @Test
  void anyOtherErrorEndsTheOperationWithoutTheServersText() {
    assertThatThrownBy(() -> MongoFailure.collisions(failed(null, 11000, 121)))
        .isInstanceOfSatisfying(MongoException.class, e -> assertThat(e.getCode()).isEqualTo(121))
        .hasMessageNotContaining(SECRET);
  }

  /** A refusal alone would mean that nothing was written; other documents of the bulk may be. */
  @ParameterizedTest
  @ValueSource(ints = {10058, 10107, 13435, 13436})
  void aServerThatStepsDownInBetweenMayHaveWrittenSome(int code) {
    assertThatThrownBy(() -> MongoFailure.collisions(failed(null, code)))
        .isInstanceOfSatisfying(
            MongoException.class, e -> assertThat(MongoFailure.mayHaveTakenEffect(e)).isTrue())
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void documentsThatAMajorityHasNotConfirmedAreNotReportedAsInserted() {
    WriteConcernError unconfirmed =
        new WriteConcernError(64, "WriteConcernFailed", SECRET, new BsonDocument());

    assertThatThrownBy(() -> MongoFailure.collisions(failed(unconfirmed, 11000)))
        .isInstanceOf(MongoWriteConcernException.class);
  }

  private static MongoBulkWriteException failed(
      @Nullable WriteConcernError unconfirmed, int... codes) {
    List<BulkWriteError> errors =
        IntStream.range(0, codes.length)
            .mapToObj(index -> new BulkWriteError(codes[index], SECRET, new BsonDocument(), index))
            .toList();
    return new MongoBulkWriteException(
        BulkWriteResult.unacknowledged(), errors, unconfirmed, new ServerAddress(), Set.of());
  }
}
