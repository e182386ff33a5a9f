@echo off
rem Finds a Python and hands over to tools\bootstrap.py, which does the work.
rem The lines that pass the arguments on stand outside of brackets: a bracket in an argument would end them.
rem Not the one in .venv: Windows could not replace it while it runs.
setlocal
set "PYTHONUTF8=1"
set "NEW_ENOUGH=import sys; sys.exit(sys.version_info < (3, 11))"
if not defined ZHIKE_PYTHON goto py
"%ZHIKE_PYTHON%" -c "%NEW_ENOUGH%" >nul 2>nul && goto named
:py
py -3 -c "%NEW_ENOUGH%" >nul 2>nul && goto launcher
python -c "%NEW_ENOUGH%" >nul 2>nul && goto plain
echo zhike needs Python 3.11 or newer, and none was found in PATH. 1>&2
echo Install one, or name it: set "ZHIKE_PYTHON=C:\path\to\python.exe" 1>&2
exit /b 1

:named
"%ZHIKE_PYTHON%" "%~dp0tools\bootstrap.py" %*
exit /b %ERRORLEVEL%

:launcher
py -3 "%~dp0tools\bootstrap.py" %*
exit /b %ERRORLEVEL%

:plain
python "%~dp0tools\bootstrap.py" %*
exit /b %ERRORLEVEL%
