package io.github.wxtoken.store;

import java.io.IOException;

/**
 * A file or directory of the file store is not what it has to be. The message says what is wrong
 * and what to do, and names no content.
 */
class FileProblemException extends IOException {
  FileProblemException(String message) {
    super(message);
  }
}
